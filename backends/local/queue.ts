import type { Job } from '../../mail/email/job.ts'
import { allProjects } from '../../mail/email/project.ts'
import type { EmailState } from '../../mail/email/states.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Queue, QueueDepth } from '../../mail/ports/queue.ts'
import { insertDeadLetter } from './dead-letters.ts'
import { settleEmail } from './email-rows.ts'
import { freshEmails } from './fresh.ts'
import type { Store } from './group-commit.ts'
import { laneDepths } from './lane-depths.ts'
import {
  lanes,
  type LaneBounds,
  type Lanes,
  type PlaceInLane,
  type PlacedJob,
  type TakeLimits,
} from './lanes.ts'

/** The queue with its consuming side, which only the worker of this process uses. */
export interface LocalQueue extends Queue {
  /** Puts the jobs that a work of the next commit returns, in that commit. */
  putWith(work: () => readonly Job[]): Promise<void>
  /**
   * Takes at most `max` due jobs, by stream and lane, never more than `perLane` of one lane.
   */
  take(max: number, perLane: number, limits?: TakeLimits): PlacedJob[]
  /** Lets the worker take what is accepted without a row in between, while it has a place. */
  openDoor(door: Door): void
  /**
   * Keeps the worker's place for a job that is being accepted, if it would be taken at once.
   *
   * @returns what begins it when it is on disk, or leaves the place otherwise
   */
  pass(job: Job): ((isKept: boolean) => void) | undefined
  /** A job that was taken does no more but be written down: its lane may send another. */
  leave(job: PlacedJob): void
  /** Removes a job that was taken, unless that is done; another put of the same email stays. */
  acknowledge(job: PlacedJob): Promise<void>
  /** Removes a job that was taken inside a work that has more to do; `forget` follows the commit. */
  remove(job: Job): void
  forget(job: Job): void
  /** Lets a job that was taken wait until `dueAt`. */
  defer(job: PlacedJob, dueAt: number): Promise<void>
  /** Lets a job be taken again at once whose acknowledgement or deferral could not be written. */
  giveBack(job: PlacedJob): void
  /** When a job becomes due that was not due at the last `take`. */
  nextDueAt(): number | undefined
  /** Calls the listener whenever there may be something to take, or something due earlier. */
  listen(listener: () => void): () => void
}

/** The worker, as seen by what comes in. */
export interface Door extends LaneBounds {
  /** Whether it would take one more job now. */
  readonly isOpen: (job: Job) => boolean
  /** One more is coming: what it returns brings it, or says that it will not come. */
  readonly enter: () => (job?: PlacedJob) => void
}

/** Content lies at `content/<id>` in the same database: in the same commit, and only once. */
const limits = { inlineBytes: 0, togetherBytes: 0, batch: 10_000, hastens: true }

/** Jobs as rows: nothing here is ever lost with the process. */
export function sqliteQueue(store: Store, clock: Clock, fresh = freshEmails()): LocalQueue {
  const { sql, write } = store
  const order = lanes(store)
  const listeners = new Set<() => void>()
  const add = ({ lane }: Job, place: PlaceInLane) => order.add(lane, place, clock.now())
  const announce = () => listeners.forEach((listener) => listener())
  const nextSeq = numbers(store)
  /** Taken jobs without a row, with their lanes: after a crash, `requeueStranded` makes one from the record. */
  const rowless = new Map<number, string>()
  /** Those of them that nothing could be written about: they are taken again. */
  const returned: PlacedJob[] = []
  let door: Door | undefined

  async function putWith(work: () => readonly Job[]) {
    const now = clock.now()
    const insert = (job: Job) => ({ job, seq: insertJob(sql, job, now, nextSeq()) })
    const placed = await write(() => work().map(insert))
    for (const { job, seq } of placed) add(job, { dueAt: job.dueAt ?? now, seq })
    announce()
  }

  function remove(job: Job) {
    const seq = seqOf(job)
    if (seq === undefined || rowless.has(seq)) return
    sql('DELETE FROM jobs WHERE seq = ?').run(seq)
  }

  function forget(job: Job) {
    const seq = seqOf(job)
    if (seq === undefined) return
    rowless.delete(seq)
    order.forget(seq)
  }

  function postpone({ seq, ...job }: PlacedJob, dueAt: number) {
    const begun = fresh.begun.get(job.id)
    if (begun) settleEmail(sql, job.id, begun.claim, { state: 'queued' })
    if (rowless.has(seq)) insertJob(sql, { ...job, dueAt }, dueAt, seq)
    else sql('UPDATE jobs SET due_at = ?, scheduled = 0 WHERE seq = ?').run(dueAt, seq)
  }

  return {
    limits,
    async put(jobs) {
      refuse(jobs)
      await putWith(() => jobs)
    },
    cancel: (id) =>
      write(() => {
        const text = 'DELETE FROM jobs WHERE scheduled = 1 AND email_id = ? AND due_at > ?'
        sql(text).run(id, clock.now())
      }),
    async bury(job, reason) {
      await write(() => {
        insertDeadLetter(sql, clock, job.id, reason)
        remove(job)
      })
      forget(job)
    },
    async hasten() {
      const now = clock.now()
      for (const { lane, seq } of await write(() => hasten(sql, now)))
        order.add(lane, { dueAt: now, seq }, now)
      announce()
    },
    depth: async (now, scope) =>
      scope === allProjects ? depth(store, order, now, rowless.size) : depthOf(store, scope, now),
    lanes: async (now, scope) => laneDepths(sql, scope, now, rowless.values()),

    putWith,
    take(max, ...limits) {
      const again = returned.splice(0, max)
      for (const { lane, seq } of again) order.hold(lane, seq)
      return [...again, ...order.take(clock.now(), max - again.length, ...limits)]
    },
    openDoor(worker) {
      door = worker
    },
    pass(job) {
      if (!door?.isOpen(job) || !order.enter(job.lane, door)) return undefined
      const begin = door.enter()
      return (isKept) => {
        const seq = isKept ? nextSeq() : undefined
        order.arrive(job.lane, seq)
        if (seq !== undefined) rowless.set(seq, job.lane)
        begin(seq === undefined ? undefined : { ...job, seq })
      }
    },
    leave: (job) => order.leave(job),
    async acknowledge(job) {
      order.leave(job)
      if (!order.isInHand(job.seq)) return
      await write(() => remove(job))
      forget(job)
    },
    remove,
    forget,
    async defer(job, dueAt) {
      order.leave(job)
      await write(() => postpone(job, dueAt))
      fresh.begun.delete(job.id)
      forget(job)
      add(job, { dueAt, seq: job.seq })
      announce()
    },
    giveBack(job) {
      order.forget(job.seq)
      if (rowless.has(job.seq)) returned.push(job)
      else add(job, { dueAt: 0, seq: job.seq })
      announce()
    },
    nextDueAt: () => order.nextDueAt(),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function refuse(jobs: readonly Job[]) {
  if (jobs.length > limits.batch)
    throw new RangeError(`at most ${limits.batch} jobs can be put at once`)
  if (jobs.some((job) => job.content))
    throw new RangeError('content does not travel in the job here: it belongs at content/<id>')
}

/**
 * Counts up from the last job there is. By itself SQLite would give the number of a removed job
 * again, which may still be known as taken; AUTOINCREMENT costs a page with every commit.
 */
function numbers({ sql }: Store): () => number {
  let last = (sql('SELECT max(seq) AS last FROM jobs').get()!['last'] as number | null) ?? 0
  return () => (last += 1)
}

/** Adds a job inside a work that may have more to do; its place. */
export function insertJob(sql: Store['sql'], job: Job, now: number, seq?: number): number {
  const { id, lane, dueAt = now, ...rest } = job
  const { lastInsertRowid } = sql(
    'INSERT INTO jobs (seq, email_id, lane, due_at, scheduled, job) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(seq ?? null, id, lane, dueAt, Number(dueAt > now), JSON.stringify(rest))
  return Number(lastInsertRowid)
}

/** A job from `take` knows its place, also as a copy. */
function seqOf(job: Job & { seq?: number }): number | undefined {
  return job.seq
}

/** Those too that were tried and are tried again later: nothing of theirs has left either. */
const due = `state = 'queued' AND due_at <= :now`

/** Only their jobs wait, not their records: an email with a next attempt has a schedule of its own. */
const waitingForEngine = `${due}
  AND (next_attempt_at IS NULL OR next_attempt_at <= :now)`

function hasten(sql: Store['sql'], now: number): { lane: string; seq: number }[] {
  const rows = sql(
    `UPDATE jobs SET due_at = :now WHERE due_at > :now
       AND email_id IN (SELECT id FROM emails WHERE ${waitingForEngine})
     RETURNING lane, seq`,
  ).all({ now })
  return rows.map((row) => ({ lane: row['lane'] as string, seq: row['seq'] as number }))
}

function depth({ sql }: Store, order: Lanes, now: number, rowless: number): QueueDepth {
  const count = (text: string, ...values: number[]) =>
    sql(`SELECT count(*) AS n FROM ${text}`).get(...values)!['n'] as number
  const scheduled = count('jobs WHERE scheduled = 1 AND due_at > ?', now)
  const sending = order.inHand
  return {
    depth: count('jobs') - scheduled - (sending - rowless),
    sending,
    scheduled,
    held: count(`emails WHERE state = 'held'`),
    deadLetters: count('dead_letters'),
    oldestAgeSeconds: oldestAge(sql, order, now) / 1_000,
  }
}

/** Of one project by its emails: jobs do not say whose they are. */
function depthOf({ sql }: Store, project: string, now: number): QueueDepth {
  const inState = (state: EmailState) =>
    sql('SELECT count(*) AS n FROM emails WHERE state = ? AND project = ?').get(state, project)![
      'n'
    ] as number
  const letters = sql('SELECT count(*) AS n FROM dead_letters WHERE project = ?').get(project)
  const oldest = sql(
    `SELECT since FROM emails WHERE ${due} AND project = :project ORDER BY id LIMIT 1`,
  ).get({ now, project })
  return {
    depth: inState('queued'),
    sending: inState('sending'),
    scheduled: inState('scheduled'),
    held: inState('held'),
    deadLetters: letters!['n'] as number,
    oldestAgeSeconds: oldest ? (now - (oldest['since'] as number)) / 1_000 : 0,
  }
}

function oldestAge(sql: Store['sql'], order: Lanes, now: number): number {
  // Ids are in the order of time.
  const text = `SELECT since FROM emails WHERE ${due} ORDER BY id LIMIT 1`
  const waiting = sql(text).get({ now })
  return Math.max(oldestDueAge(sql, order, now), waiting ? now - (waiting['since'] as number) : 0)
}

function oldestDueAge(sql: Store['sql'], order: Lanes, now: number): number {
  const rows = sql('SELECT seq, due_at FROM jobs WHERE due_at <= ? ORDER BY due_at LIMIT ?')
    .all(now, order.inHand + 1)
    .filter((row) => !order.isInHand(row['seq'] as number))
  return rows[0] ? now - (rows[0]['due_at'] as number) : 0
}
