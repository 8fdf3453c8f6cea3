import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LocalQueue } from '../../../backends/local/queue.ts'
import { startWorker, type LocalWorker } from '../../../backends/local/worker.ts'
import type { Host, Stop } from '../../../mail/deliver/stop.ts'
import type { Disposition } from '../../../mail/deliver/disposition.ts'
import type { Job } from '../../../mail/email/job.ts'
import { aJob } from '../../conformance/queue.ts'
import { temporaryBackend, type TemporaryBackend } from './temporary.ts'

const done: Disposition = { kind: 'acknowledge' }
const answered = () => Promise.resolve(done)

describe('the local worker', () => {
  let place: TemporaryBackend
  let queue: LocalQueue
  let worker: LocalWorker | undefined
  let errors: unknown[]
  beforeEach(() => {
    place = temporaryBackend()
    queue = place.backend.queue
    worker = undefined
    errors = []
  })
  afterEach(async () => {
    await worker?.stop()
    place.close()
  })

  function start(
    deliver: (job: Job, host: Host) => Promise<Disposition>,
    concurrency?: number,
    stopMs?: number,
  ) {
    const { clock } = place
    const onError = (error: unknown) => errors.push(error)
    worker = startWorker({ queue, deliver, clock, concurrency, stopMs, onError })
  }

  const pass = (ms = 0) => place.clock.advance(ms)

  it('delivers what waits and what comes later, each job once', async () => {
    const desk = deskOf()
    const jobs = [aJob(), aJob()]
    await queue.put([jobs[0]!])
    start(desk.deliver)
    await desk.until(1)
    desk.finish(jobs[0]!.id, done)
    await queue.put([jobs[1]!])
    await desk.until(2)
    desk.finish(jobs[1]!.id, done)
    await worker!.stop()
    expect(desk.begun).toEqual(jobs.map(({ id }) => id))
    expect(await queue.depth(place.clock.now(), '*')).toMatchObject({ depth: 0, sending: 0 })
  })

  it('wakes when a job becomes due, not before', async () => {
    const desk = deskOf(done)
    start(desk.deliver)
    await queue.put([aJob({ dueAt: place.clock.now() + 5_000 })])
    await pass(4_999)
    expect(desk.begun).toHaveLength(0)
    await pass(1)
    await desk.until(1)
  })

  it('wakes for a job that is due earlier than the one it waited for', async () => {
    const [late, early] = [aJob(), aJob()]
    const desk = deskOf(done, done)
    start(desk.deliver)
    await queue.put([{ ...late, dueAt: place.clock.now() + 60_000 }])
    await queue.put([{ ...early, dueAt: place.clock.now() + 1_000 }])
    await pass(1_000)
    await desk.until(1)
    expect(desk.begun).toEqual([early.id])
    await pass(59_000)
    await desk.until(2)
  })

  it('asks for no time at all while nothing waits', async () => {
    start(deskOf(done).deliver)
    await pass()
    expect(place.clock.waiting).toBe(0)
    await queue.put([aJob({ dueAt: place.clock.now() + 60_000 })])
    await pass()
    expect(place.clock.waiting).toBe(1)
  })

  it('gives a deferred job again after its delay', async () => {
    const desk = deskOf({ kind: 'defer', seconds: 21.9 }, done)
    await queue.put([aJob()])
    start(desk.deliver)
    await desk.until(1)
    await pass()
    await pass(21_899)
    expect(desk.begun).toHaveLength(1)
    await pass(1)
    await desk.until(2)
  })

  it('works on as many as it was told, and takes the next when one is done', async () => {
    const desk = deskOf()
    await queue.put([aJob({ lane: 'a' }), aJob({ lane: 'b' }), aJob({ lane: 'c' })])
    start(desk.deliver, 2)
    await desk.until(2)
    await pass()
    expect(desk.begun).toHaveLength(2)
    desk.finish(desk.begun[0]!, done)
    await desk.until(3)
    desk.finishAll(done)
  })

  it('sends one urgent email next although thousands of another lane were there first', async () => {
    const desk = deskOf()
    await queue.put(Array.from({ length: 5_000 }, () => aJob({ lane: 'bulk' })))
    start(desk.deliver, 4)
    await desk.until(1)
    desk.finish(desk.begun[0]!, done)
    await desk.until(3)
    const urgent = aJob({ lane: 'urgent' })
    await queue.put([urgent])
    await desk.until(4)
    expect(desk.begun[3]).toBe(urgent.id)
    desk.finishAll(done)
    await worker!.stop()
  })

  it('begins a quarter of its slots of a lane that hangs', async () => {
    const desk = deskOf()
    await queue.put(Array.from({ length: 50 }, () => aJob({ lane: 'stuck' })))
    await queue.put(Array.from({ length: 30 }, () => aJob({ lane: 'quick' })))
    start((job, stop) => (job.lane === 'stuck' ? desk.deliver(job, stop) : answered()), 8)
    await desk.until(2)
    await quiet(queue, place, 48)
    expect(desk.begun).toHaveLength(2)
    expect(await queue.depth(place.clock.now(), '*')).toMatchObject({ depth: 48, sending: 2 })
    desk.finishAll(done)
  })

  it('gives a lane whose jobs come to an end one slot more for each, up to three quarters', async () => {
    const desk = deskOf()
    await queue.put(Array.from({ length: 50 }, () => aJob({ lane: 'works' })))
    start(desk.deliver, 8)
    await desk.until(2)
    for (const [ended, begun] of [4, 6, 8, 10, 11, 12].entries()) {
      desk.finish(desk.begun[ended]!, done)
      await desk.until(begun)
      await pass()
      expect(desk.begun).toHaveLength(begun)
    }
    desk.finishAll(done)
  })

  it('gives the slot of a job to others as soon as all that is left is to write it down', async () => {
    const begun: string[] = []
    await queue.put([aJob(), aJob()])
    const written = Promise.withResolvers<Disposition>()
    start(({ id }, { answered }) => {
      begun.push(id)
      answered?.()
      return written.promise
    }, 1)
    await pass()
    expect(begun).toHaveLength(2)
    written.resolve(done)
    await worker!.stop()
  })

  it('gives the slots of slow jobs to other lanes after a second', async () => {
    const desk = deskOf()
    const lanes = ['a', 'b', 'c', 'd']
    await queue.put(lanes.flatMap((lane) => [aJob({ lane }), aJob({ lane }), aJob({ lane })]))
    start(desk.deliver, 8)
    await desk.until(8)
    await queue.put([aJob({ lane: 'quick' })])
    await pass(999)
    expect(desk.begun).toHaveLength(8)
    await pass(1)
    await desk.until(9)
    expect(desk.lanes[8]).toBe('quick')
    desk.finishAll(done)
  })

  it('has no more than thirty slow jobs at a time', async () => {
    const desk = deskOf()
    await queue.put(Array.from({ length: 100 }, (_, i) => aJob({ lane: `lane ${i}` })))
    start(desk.deliver, 20)
    await desk.until(20)
    for (let second = 0; second < 5; second++) await pass(1_000)
    expect(desk.begun).toHaveLength(50)
    desk.finish(desk.begun[0]!, done)
    await desk.until(51)
    desk.finishAll(done)
  })

  it.each([
    ['bulk:', ''],
    ['', 'bulk:'],
  ])('has slots left for a stream, however many slow jobs "%s" has', async (slow, quick) => {
    const desk = deskOf()
    await queue.put(Array.from({ length: 100 }, (_, i) => aJob({ lane: `${slow}lane ${i}` })))
    start(desk.deliver, 20)
    await desk.until(20)
    for (let second = 0; second < 5; second++) await pass(1_000)
    expect(desk.begun).toHaveLength(50)
    await queue.put(Array.from({ length: 20 }, (_, i) => aJob({ lane: `${quick}lane ${i}` })))
    await desk.until(55)
    expect(desk.lanes.slice(50)).toEqual([0, 1, 2, 3, 4].map((i) => `${quick}lane ${i}`))
    await pass(1_000)
    expect(desk.begun).toHaveLength(60)
    desk.finishAll(done)
  })

  it('shares its slots by weight, and by the weights that hold now', async () => {
    const desk = deskOf()
    let weights = { transactional: 4, bulk: 1 }
    await queue.put(Array.from({ length: 100 }, (_, i) => aJob({ lane: `lane ${i}` })))
    await queue.put(Array.from({ length: 100 }, (_, i) => aJob({ lane: `bulk:lane ${i}` })))
    const { clock } = place
    const onError = (error: unknown) => errors.push(error)
    const ask = async () => weights
    worker = startWorker({
      queue,
      deliver: desk.deliver,
      clock,
      concurrency: 8,
      weights: ask,
      onError,
    })
    await desk.until(10)
    const bulkOf = (lanes: readonly string[]) => lanes.filter((lane) => lane.startsWith('bulk:'))
    expect(bulkOf(desk.lanes)).toHaveLength(2)
    weights = { transactional: 1, bulk: 1 }
    for (let ended = 0; ended < 20; ended++) {
      desk.finish(desk.begun[ended]!, done)
      await desk.until(11 + ended)
    }
    expect(bulkOf(desk.lanes.slice(10)).length).toBeGreaterThanOrEqual(8)
    desk.finishAll(done)
  })

  it('goes round the lanes', async () => {
    const desk = deskOf(...Array.from({ length: 9 }, () => done))
    for (const lane of ['a', 'a', 'a', 'b', 'b', 'c']) await queue.put([aJob({ lane })])
    start(desk.deliver, 1)
    await desk.until(6)
    expect(desk.lanes).toEqual(['a', 'b', 'c', 'a', 'b', 'a'])
  })

  it('finishes what it works on before it has stopped, and takes nothing new', async () => {
    const desk = deskOf()
    const [job, other] = [aJob(), aJob()]
    await queue.put([job])
    start(desk.deliver)
    await desk.until(1)
    let stopped = false
    const stopping = worker!.stop().then(() => (stopped = true))
    await queue.put([other])
    await pass()
    expect(stopped).toBe(false)
    expect(desk.stops[0]!.stopping.aborted).toBe(true)
    desk.finish(job.id, done)
    await stopping
    expect(desk.begun).toEqual([job.id])
    expect(queue.take(9, 9).map(({ id }) => id)).toEqual([other.id])
  })

  it('waits for what it took as long as it was told; then that has to end', async () => {
    const desk = deskOf()
    await queue.put([aJob()])
    start(desk.deliver, 20, 80_000)
    await desk.until(1)
    const { ending } = desk.stops[0]!
    ending.addEventListener('abort', () => desk.finishAll({ kind: 'defer', seconds: 30 }))
    const stopping = worker!.stop()
    await pass()
    await pass(79_999)
    expect(ending.aborted).toBe(false)
    await pass(1)
    await stopping
    expect(place.clock.waiting).toBe(0)
  })

  it('lets go of the clock when it stops', async () => {
    await queue.put([aJob({ dueAt: place.clock.now() + 60_000 })])
    start(deskOf().deliver)
    await pass()
    await worker!.stop()
    expect(place.clock.waiting).toBe(0)
  })

  it('reports an exception once and tries the job again, each time after twice the wait', async () => {
    const begun: number[] = []
    const from = place.clock.now()
    await queue.put([aJob({ since: from })])
    start(async () => {
      begun.push((place.clock.now() - from) / 1_000)
      throw new Error('a bug')
    })
    await pass(0)
    await pass(7 * 3_600_000)
    expect(begun).toEqual([
      0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 8720, 12320, 15920, 19520, 23120,
    ])
    expect(errors).toHaveLength(begun.length)
    expect(errors[0]).toMatchObject({ message: 'a bug' })
  })

  it('does not let a job that throws hold up the others', async () => {
    const bad = aJob()
    const good = Array.from({ length: 5 }, () => aJob())
    const delivered: string[] = []
    await queue.put([bad, ...good])
    start(async ({ id }) => {
      if (id === bad.id) throw new Error('a bug')
      delivered.push(id)
      return done
    }, 1)
    await quiet(queue, place, 1)
    expect(delivered).toEqual(good.map(({ id }) => id))
  })

  it('rests while the disk takes no writes, longer each time, and loses nothing', async () => {
    const from = place.clock.now()
    const busySeconds = new Set<number>()
    let [full, tries] = [true, 0]
    await queue.put(Array.from({ length: 500 }, () => aJob()))
    const failing: LocalQueue = {
      ...queue,
      // No row takes NaN as its due time, as no row of a full disk takes any.
      acknowledge: (job) => (full ? queue.defer(job, NaN) : queue.acknowledge(job)),
    }
    worker = startWorker({
      queue: failing,
      clock: place.clock,
      concurrency: 4,
      onError: (error) => errors.push(error),
      deliver: async () => {
        tries += 1
        busySeconds.add((place.clock.now() - from) / 1_000)
        await new Promise((resolve) => setImmediate(resolve))
        return done
      },
    })
    await pass()
    await pass(62_000)
    expect([...busySeconds]).toEqual([0, 1, 3, 7, 15, 31])
    // Six times what begins until the first commit has failed, a few turns of the loop later.
    expect(tries).toBeLessThan(6 * 25)
    expect(errors).toHaveLength(tries)
    full = false
    await pass(1_000)
    await quiet(queue, place, 0)
  })
})

/** Where jobs lie while they are delivered; a list of answers is given at once, in order. */
function deskOf(...answers: Disposition[]) {
  const open = new Map<string, (disposition: Disposition) => void>()
  const begun: string[] = []
  const lanes: string[] = []
  const stops: Stop[] = []
  let notice = () => {}
  return {
    begun,
    lanes,
    stops,
    deliver: (job: Job, stop: Stop): Promise<Disposition> => {
      begun.push(job.id)
      lanes.push(job.lane)
      stops.push(stop)
      notice()
      const answer = answers.shift()
      if (answer) return Promise.resolve(answer)
      return new Promise((resolve) => open.set(job.id, resolve))
    },
    /** Resolves when so many deliveries have begun. */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        notice = () => begun.length >= count && resolve()
        notice()
      }),
    finish(id: string, disposition: Disposition) {
      open.get(id)!(disposition)
      open.delete(id)
    },
    finishAll(disposition: Disposition) {
      answers.push(...Array.from({ length: 10_000 }, () => disposition))
      for (const resolve of open.values()) resolve(disposition)
    },
  }
}

/** Resolves when only so many jobs wait; the vitest timeout is the limit. */
async function quiet(queue: LocalQueue, { clock }: TemporaryBackend, left: number) {
  while ((await queue.depth(clock.now(), '*')).depth! > left) await clock.advance(0)
}
