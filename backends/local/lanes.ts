import type { Job } from '../../mail/email/job.ts'
import type { Store } from './group-commit.ts'

/** A job with its place in the queue: each put of an email has its own. */
export interface PlacedJob extends Job {
  readonly seq: number
}

/**
 * Which job goes next: the oldest due one of the lane that was served longest ago, so that one
 * email passes a million of another lane. What is being worked on is known in memory only: after a
 * crash all of it is simply there again.
 */
export interface Lanes {
  /**
   * Jobs that are due at `now` and not taken. Of one lane at most `perLane` are taken at a time: at
   * first `first`, and one more for each that came to an end since the lane was empty.
   */
  take(now: number, max: number, perLane: number, first: number): PlacedJob[]
  /** The worker is done with a job: its lane may send another, though its row may still be there. */
  leave(job: PlacedJob): void
  /** The row of a taken job is gone, or waits for another time. */
  forget(seq: number): void
  /** A job was put or may be taken again. */
  add(lane: string, place: PlaceInLane, now: number): void
  /** When the next job becomes due that `take` has not met yet. */
  nextDueAt(): number | undefined
  isInHand(seq: number): boolean
  readonly inHand: number
}

/** Where a job stands in its lane. */
export interface PlaceInLane {
  readonly dueAt: number
  readonly seq: number
}

const front: PlaceInLane = { dueAt: -1, seq: -1 }

export function lanes({ sql }: Store): Lanes {
  /** The lanes with due jobs, the one served longest ago first, each with its last job taken. */
  const ring = new Map<string, PlaceInLane>()
  const inHand = new Set<number>()
  const busy = new Map<string, { inHand: number; ended: number }>()
  /** Every lane with a job that became due up to here is in the ring, or has none left. */
  let metUntil = -1
  /** No other job becomes due before this: the database need not be asked at every turn. */
  let nextDueAt: number | undefined = metUntil

  function meetDue(now: number) {
    if (now < metUntil) startOver()
    if (nextDueAt !== undefined && nextDueAt <= now) meetMore(now)
    metUntil = now
  }

  function meetMore(now: number) {
    const rows = sql('SELECT DISTINCT lane FROM jobs WHERE due_at > ? AND due_at <= ?')
    for (const row of rows.all(metUntil, now)) meet(row['lane'] as string)
    const next = sql('SELECT due_at FROM jobs WHERE due_at > ? ORDER BY due_at LIMIT 1').get(now)
    nextDueAt = next?.['due_at'] as number | undefined
  }

  function meet(lane: string) {
    if (!ring.has(lane)) ring.set(lane, front)
  }

  /** After the clock was set back, jobs that were due wait again. */
  function startOver() {
    ring.clear()
    metUntil = nextDueAt = -1
  }

  /** Taken jobs are older than the rest of their lane, so few are stepped over. */
  function nextOf(lane: string, last: PlaceInLane, now: number): JobRow | undefined {
    const rows = sql(
      `SELECT seq, email_id, due_at, job FROM jobs
       WHERE lane = ? AND (due_at, seq) > (?, ?) AND due_at <= ? ORDER BY due_at, seq LIMIT 1`,
    )
    for (let place = last; ;) {
      const row = rows.get(lane, place.dueAt, place.seq, now) as JobRow | undefined
      if (!row || !inHand.has(row.seq)) return row
      place = { dueAt: row.due_at, seq: row.seq }
    }
  }

  return {
    take(now, max, perLane, first) {
      const taken: PlacedJob[] = []
      meetDue(now)
      if (max < 1) return taken
      for (const [lane, last] of ring) {
        const load = busy.get(lane) ?? { inHand: 0, ended: 0 }
        if (load.inHand >= Math.min(perLane, first + load.ended)) continue
        ring.delete(lane)
        const row = nextOf(lane, last, now)
        if (!row) {
          if (load.inHand === 0) busy.delete(lane)
          continue
        }
        // At the end of the ring, where this loop meets it again.
        ring.set(lane, { dueAt: row.due_at, seq: row.seq })
        inHand.add(row.seq)
        load.inHand += 1
        busy.set(lane, load)
        taken.push(jobOf(row, lane))
        if (taken.length === max) break
      }
      return taken
    },
    leave({ lane }) {
      const load = busy.get(lane)
      if (!load) return
      load.inHand -= 1
      load.ended += 1
      if (load.inHand === 0 && !ring.has(lane)) busy.delete(lane)
    },
    forget: (seq) => void inHand.delete(seq),
    add(lane, place, now) {
      if (place.dueAt > Math.max(now, metUntil)) {
        nextDueAt = Math.min(place.dueAt, nextDueAt ?? Infinity)
        return
      }
      const last = ring.get(lane)
      if (!last || isBefore(place, last)) ring.set(lane, front)
    },
    nextDueAt: () => nextDueAt,
    isInHand: (seq) => inHand.has(seq),
    get inHand() {
      return inHand.size
    },
  }
}

interface JobRow {
  readonly seq: number
  readonly email_id: string
  readonly due_at: number
  readonly job: string
}

function jobOf({ seq, email_id, job }: JobRow, lane: string): PlacedJob {
  return { ...(JSON.parse(job) as Omit<Job, 'id' | 'lane'>), id: email_id, lane, seq }
}

function isBefore(a: PlaceInLane, b: PlaceInLane): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.seq <= b.seq)
}
