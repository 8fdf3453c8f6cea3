import type { Disposition } from '../../mail/deliver/disposition.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { troubleDelayMs } from '../../mail/retry.ts'
import { bell } from './bell.ts'
import type { PlacedJob } from './lanes.ts'
import type { LocalQueue } from './queue.ts'

export interface WorkerOptions {
  readonly queue: LocalQueue
  /** The signal says that the worker is about to stop; what is being sent is still finished. */
  readonly deliver: (job: Job, stopping: AbortSignal) => Promise<Disposition>
  readonly clock: Clock
  /** Jobs worked on at a time. */
  readonly concurrency?: number
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

/**
 * Delivers the jobs of this process: wakes when a job is put and when the next one becomes due,
 * and never polls. One lane gets at most three quarters of the slots, so that a server
 * that hangs leaves room for the others.
 */
export function startWorker(options: WorkerOptions): LocalWorker {
  const { queue, deliver, clock, concurrency = 20, onError } = options
  const perLane = Math.max(1, Math.floor((concurrency * 3) / 4))
  const stopping = new AbortController()
  const awake = bell()
  const alarm = alarmClock(clock, awake.ring)
  const inHand = new Set<Promise<void>>()
  let sending = 0
  let rest = { until: 0, ms: 0 }

  async function run() {
    const unlisten = queue.listen(awake.ring)
    while (!stopping.signal.aborted) {
      const woken = awake.next(stopping.signal)
      takeSome()
      await woken
    }
    unlisten()
    alarm.set(undefined)
    await Promise.all(inHand)
  }

  function takeSome() {
    if (sending === concurrency || clock.now() < rest.until) return
    try {
      for (const job of queue.take(concurrency - sending, perLane)) start(job)
      if (sending < concurrency) alarm.set(queue.nextDueAt())
    } catch (error) {
      onError(error)
      alarm.set(lengthenRest())
    }
  }

  function start(job: PlacedJob) {
    const done = handle(job).finally(() => inHand.delete(done))
    inHand.add(done)
  }

  async function handle(job: PlacedJob) {
    sending += 1
    const disposition = await answer(job)
    sending -= 1
    const written = write(job, disposition)
    awake.ring()
    await written
  }

  async function answer(job: PlacedJob): Promise<Disposition> {
    try {
      return await deliver(job, stopping.signal)
    } catch (error) {
      onError(error)
      return { kind: 'defer', seconds: troubleDelayMs(clock.now() - job.since) / 1_000 }
    }
  }

  /** The slot is free before the disk has it: a crash in between only makes the job come again. */
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
  let armed: { time: number; off: AbortController } | undefined
  return {
    set(time: number | undefined) {
      if (armed?.time === time) return
      armed?.off.abort('another time')
      armed = undefined
      if (time === undefined) return
      const mine = { time, off: new AbortController() }
      armed = mine
      void clock.until(time, mine.off.signal).then(() => {
        if (armed !== mine) return
        armed = undefined
        ring()
      })
    },
  }
}
