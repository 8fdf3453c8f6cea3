import { share } from '../../mail/deliver/share.ts'
import type { Job } from '../../mail/email/job.ts'
import { partsOfLane } from '../../mail/email/lane.ts'
import { streams, usualWeights, type Stream, type Weights } from '../../mail/email/stream.ts'
import type { Store } from './group-commit.ts'

/** A job with its place in the queue: each put of an email has its own. */
export interface PlacedJob extends Job {
  readonly seq: number
}

/**
 * Which job goes next: of the stream whose turn it is by weight, the oldest due one of the lane that
 * was served longest ago, so that one email passes a million of another lane. What is being worked on is known in memory only: after a
 * crash all of it is simply there again.
 */
export interface Lanes {
  /**
   * At most `max` jobs that are due at `now` and not taken. Of one lane at most `perLane` are taken at
   * a time.
   */
  take(now: number, max: number, perLane: number, limits?: TakeLimits): PlacedJob[]
  /**
   * Lets a job come that has no row, if none of its lane waits and another one may be taken: it
   * counts as taken for a lane that has yet to show that its jobs come to an end.
   */
  enter(lane: string, bounds: LaneBounds): boolean
  /** It has come, and is taken; or, without a number, will not come. */
  arrive(lane: string, seq?: number): void
  /** The worker is done with a job, once or more: its lane may send another, though its row may still be there. */
  leave(job: PlacedJob): void
  /** The row of a taken job is gone, or waits for another time. */
  forget(seq: number): void
  /** A job is taken again that has no row. */
  hold(lane: string, seq: number): void
  /** A job was put or may be taken again. */
  add(lane: string, place: PlaceInLane, now: number): void
  /** When the next job becomes due that `take` has not met yet. */
  nextDueAt(): number | undefined
  isInHand(seq: number): boolean
  readonly inHand: number
}

export interface TakeLimits {
  /** Of a lane that was empty so many at first, and one more for each that came to an end since. */
  readonly first?: number
  /** Most of each stream. */
  readonly free?: Readonly<Record<Stream, number>>
  /** How the streams share what is taken. */
  readonly weights?: Weights
}

/** How many jobs of one lane are worked on at a time. */
export interface LaneBounds {
  readonly perLane: number
  /** Of a lane that was empty. */
  readonly first: number
}

/** Where a job stands in its lane. */
export interface PlaceInLane {
  readonly dueAt: number
  readonly seq: number
}

/** What is known of a lane while jobs of it are on their way. */
interface Load {
  coming: number
  inHand: number
  ended: number
}

const front: PlaceInLane = { dueAt: -1, seq: -1 }

export function lanes({ sql }: Store): Lanes {
  /** By stream the lanes with due jobs, the one served longest ago first, each with its last job taken. */
  const rings: Record<Stream, Ring> = { transactional: new Map(), bulk: new Map() }
  const shared = share()
  const inHand = new Set<number>()
  /** Those of them that the worker is not done with. */
  const begun = new Set<number>()
  const busy = new Map<string, Load>()
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
    const ring = ringOf(lane)
    if (!ring.has(lane)) ring.set(lane, front)
  }

  function ringOf(lane: string): Ring {
    return rings[partsOfLane(lane).stream]
  }

  /** After the clock was set back, jobs that were due wait again. */
  function startOver() {
    for (const stream of streams) rings[stream].clear()
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

  /** The jobs of one stream in the order in which they are to be taken, each taken when it is asked for. */
  function* jobsOf(ring: Ring, now: number, mostOf: (ended: number) => number) {
    for (const [lane, last] of ring) {
      const load = loadOf(lane)
      if (load.inHand >= mostOf(load.ended)) continue
      ring.delete(lane)
      const row = nextOf(lane, last, now)
      if (!row) {
        tidy(lane, load)
        continue
      }
      // At the end of the ring, where this loop meets it again.
      ring.set(lane, { dueAt: row.due_at, seq: row.seq })
      hold(lane, row.seq)
      yield jobOf(row, lane)
    }
  }

  function hold(lane: string, seq: number) {
    const load = loadOf(lane)
    inHand.add(seq)
    begun.add(seq)
    load.inHand += 1
  }

  function loadOf(lane: string): Load {
    const load = busy.get(lane) ?? { coming: 0, inHand: 0, ended: 0 }
    busy.set(lane, load)
    return load
  }

  function tidy(lane: string, { coming, inHand }: Load) {
    if (coming + inHand === 0 && !ringOf(lane).has(lane)) busy.delete(lane)
  }

  return {
    enter(lane, { perLane, first }) {
      const load = loadOf(lane)
      const isKnown = load.inHand + load.coming < first + load.ended
      const isOpen = isKnown && load.inHand < perLane && !ringOf(lane).has(lane)
      if (isOpen) load.coming += 1
      else tidy(lane, load)
      return isOpen
    },
    arrive(lane, seq) {
      const load = loadOf(lane)
      load.coming -= 1
      if (seq === undefined) tidy(lane, load)
      else hold(lane, seq)
    },
    hold,
    take(now, max, perLane, { first = perLane, free = noLimit, weights = usualWeights } = {}) {
      const taken: PlacedJob[] = []
      meetDue(now)
      const mostOf = (ended: number) => Math.min(perLane, first + ended)
      const left = { ...free }
      const jobs = {
        transactional: jobsOf(rings.transactional, now, mostOf),
        bulk: jobsOf(rings.bulk, now, mostOf),
      }
      while (taken.length < max) {
        const waiting = streams.filter((stream) => left[stream] > 0 && rings[stream].size > 0)
        if (waiting.length === 0) break
        const stream = shared.next(waiting)
        const { value } = jobs[stream].next()
        left[stream] = value ? left[stream] - 1 : 0
        if (!value) continue
        shared.note(stream, 1, weights)
        taken.push(value)
      }
      return taken
    },
    leave({ lane, seq }) {
      const load = busy.get(lane)
      if (!begun.delete(seq) || !load) return
      load.inHand -= 1
      load.ended += 1
      tidy(lane, load)
    },
    forget: (seq) => void inHand.delete(seq),
    add(lane, place, now) {
      if (place.dueAt > Math.max(now, metUntil)) {
        nextDueAt = Math.min(place.dueAt, nextDueAt ?? Infinity)
        return
      }
      const ring = ringOf(lane)
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

/** Lanes in the order in which it is their turn. */
type Ring = Map<string, PlaceInLane>

const noLimit = { transactional: Infinity, bulk: Infinity }

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
