import type { Disposition } from '../../mail/deliver/disposition.ts'
import type { Host } from '../../mail/deliver/stop.ts'
import type { Job } from '../../mail/email/job.ts'
import { partsOfLane } from '../../mail/email/lane.ts'
import { streams, usualWeights, type Stream, type Weights } from '../../mail/email/stream.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { troubleDelayMs } from '../../mail/retry.ts'
import { bell } from './bell.ts'
import type { PlacedJob } from './lanes.ts'
import type { LocalQueue } from './queue.ts'
import { slots } from './slots.ts'

interface WorkerOptions {
  readonly queue: LocalQueue
  readonly deliver: (job: Job, host: Host) => Promise<Disposition>
  readonly clock: Clock
  /** How the streams share the slots, as the settings say now. */
  readonly weights?: () => Promise<Weights>
  /** Jobs of one stream worked on at a time, slow ones aside. */
  readonly concurrency?: number
  /** Slow ones of one stream worked on at a time. */
  readonly mostSlow?: number
  /** How long a stop waits for what was taken, in milliseconds; then that has to end. No limit. */
  readonly stopMs?: number
  /** Called once with each failure that is no email's outcome: a bug, or a disk that is full. */
  readonly onError: (error: unknown) => void
}

export interface LocalWorker {
  /** Takes nothing new and resolves when all that was taken has been dealt with. */
  stop(): Promise<void>
}

/** While the disk fails nothing is taken for this long, doubling. */
const shortestRestMs = 1_000
const longestRestMs = 60_000

/** What waits for a rate, or for a slow server, takes longer. */
const smoothMs = 1_000

/**
 * Delivers the jobs of this process: wakes when a job is put and when the next one becomes due,
 * and never polls. A stream leaves room for the other, and a server that is slow or hangs for the rest:
 * a slow job gives up its slot, and a lane has at most three quarters of the slots, at first a
 * quarter, until its jobs have shown that they come to an end.
 */
export function startWorker(options: WorkerOptions): LocalWorker {
  const {
    queue,
    deliver,
    clock,
    weights: readWeights = async () => usualWeights,
    concurrency = 26,
    mostSlow = 30,
    stopMs = Infinity,
    onError,
  } = options
  const perLane = Math.max(1, Math.floor((concurrency * 3) / 4))
  const atFirst = Math.max(1, Math.floor(concurrency / 4))
  const mostComing = Math.floor(concurrency / 2)
  const room = slots(clock, concurrency, mostSlow)
  const stopping = new AbortController()
  const ending = new AbortController()
  const awake = bell()
  const alarm = alarmClock(clock, awake.ring)
  const slowness = alarmClock(clock, awake.ring)
  const inHand = new Set<Promise<void>>()
  let rest = { until: 0, ms: 0 }
  let weights = usualWeights
  /** The last job came to an end quickly: what is accepted now would probably be sent at once. */
  let isSmooth = true
  let coming = 0

  async function run() {
    const unlisten = queue.listen(awake.ring)
    queue.openDoor({ perLane, first: atFirst, isOpen, enter })
    while (!stopping.signal.aborted) {
      const woken = awake.next(stopping.signal)
      // With settings that cannot be read the last weights go on.
      weights = await readWeights().catch(() => weights)
      if (!stopping.signal.aborted) takeSome()
      await woken
    }
    unlisten()
    alarm.set(undefined)
    slowness.set(undefined)
    await untilDone()
  }

  async function untilDone() {
    const done = new AbortController()
    void clock.until(clock.now() + stopMs, done.signal).then(() => ending.abort('stopped'))
    await Promise.all(inHand)
    done.abort('done')
  }

  function takeSome() {
    if (clock.now() < rest.until) return
    try {
      const free = freeNow()
      if (streams.some((stream) => free[stream] > 0))
        for (const job of queue.take(room.together, perLane, { first: atFirst, free, weights }))
          start(job)
      const left = freeNow()
      if (streams.some((stream) => left[stream] > 0)) alarm.set(queue.nextDueAt())
      if (streams.some((stream) => left[stream] <= 0)) slowness.setAtLatest(room.nextFreeAt)
    } catch (error) {
      onError(error)
      alarm.set(lengthenRest())
    }
  }

  function freeNow(): Record<Stream, number> {
    return { transactional: room.free('transactional'), bulk: room.free('bulk') }
  }

  function start(job: PlacedJob) {
    count(handle(job))
  }

  /** What comes has no place yet, so it may be a few too many for a moment. */
  function isOpen({ lane }: Job) {
    const isAwake = isSmooth && clock.now() >= rest.until && !stopping.signal.aborted
    return isAwake && room.free(partsOfLane(lane).stream) > 0 && coming < mostComing
  }

  function enter() {
    coming += 1
    const { promise, resolve } = Promise.withResolvers<PlacedJob | undefined>()
    count(promise.then((job) => arrive(job)))
    return resolve
  }

  async function arrive(job?: PlacedJob) {
    coming -= 1
    if (job) await handle(job)
  }

  function count(work: Promise<void>) {
    const done = work.finally(() => inHand.delete(done))
    inHand.add(done)
  }

  async function handle(job: PlacedJob) {
    const leave = room.take(partsOfLane(job.lane).stream)
    /** The place is free before the disk knows what became of the job: it may come again. */
    const answered = () => {
      leave()
      queue.leave(job)
      awake.ring()
    }
    const since = clock.now()
    const disposition = await answer(job, answered)
    isSmooth = disposition.kind === 'acknowledge' && clock.now() < since + smoothMs
    answered()
    await write(job, disposition)
  }

  async function answer(job: PlacedJob, answered: () => void): Promise<Disposition> {
    try {
      return await deliver(job, { stopping: stopping.signal, ending: ending.signal, answered })
    } catch (error) {
      onError(error)
      return { kind: 'defer', seconds: troubleDelayMs(clock.now() - job.since) / 1_000 }
    }
  }

  async function write(job: PlacedJob, disposition: Disposition) {
    try {
      if (disposition.kind === 'acknowledge') await queue.acknowledge(job)
      else await queue.defer(job, clock.now() + Math.ceil(disposition.seconds * 1_000))
      rest = { until: 0, ms: 0 }
    } catch (error) {
      onError(error)
      await clock.until(lengthenRest(), stopping.signal)
      queue.giveBack(job)
    }
  }

  function lengthenRest(): number {
    const now = clock.now()
    if (now >= rest.until) {
      const ms = Math.min(Math.max(rest.ms * 2, shortestRestMs), longestRestMs)
      rest = { until: now + ms, ms }
    }
    return rest.until
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}

/** Rings at one time, the one set last. */
function alarmClock(clock: Clock, ring: () => void) {
  let armed: { time: number; cancel: () => void } | undefined

  function set(time: number | undefined) {
    if (armed?.time === time) return
    armed?.cancel()
    armed = time === undefined ? undefined : { time, cancel: clock.at(time, ringNow) }
  }

  function ringNow() {
    armed = undefined
    ring()
  }

  return {
    set,
    /** May ring before: for what is asked often and is seldom sooner than it was. */
    setAtLatest(time: number | undefined) {
      if (time !== undefined && !(armed && armed.time <= time)) set(time)
    },
  }
}
