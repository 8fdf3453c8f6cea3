import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../mail/email/id.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Queue } from '../../mail/ports/queue.ts'

/** A job in the hand of a consumer. */
export interface Received {
  readonly job: Job
  acknowledge(): Promise<void>
  defer(seconds: number): Promise<void>
}

export interface QueueHarness {
  readonly queue: Queue
  readonly clock: Clock
  /** Takes all that is due now, as the host of this queue does. */
  receive(): Promise<readonly Received[]>
  /** Takes apart what was put together, as far as the host does that later. */
  settle?(): Promise<void>
  /** Whether the queue tells jobs that are being sent from those that wait to be tried again. */
  readonly tellsSending?: boolean
  /** Lets time pass for the queue. */
  pass(ms: number): Promise<void>
  close(): void | Promise<void>
}

/** What every queue must do, whatever takes the jobs off. */
export function testQueue(name: string, open: () => Promise<QueueHarness>) {
  describe(`${name}: queue`, () => {
    let harness: QueueHarness
    let queue: Queue
    beforeEach(async () => {
      harness = await open()
      queue = harness.queue
    })
    afterEach(() => harness.close())

    async function depth() {
      await harness.settle?.()
      return queue.depth(harness.clock.now(), '*')
    }

    /** Where all of them are in one count, that is the number of jobs which wait for an attempt. */
    const counts = ({ depth, sending }: { depth: number; sending: number }) =>
      harness.tellsSending === false ? { depth: depth + sending, sending: 0 } : { depth, sending }

    it('gives every job once, as it was put', async () => {
      const jobs = [aJob(), aJob({ capture: true, lane: 'capture' }), aJob({ engine: 'ses' })]
      await queue.put(jobs)
      const received = await harness.receive()
      const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)
      expect(received.map(({ job }) => job).sort(byId)).toMatchObject(jobs.sort(byId))
      expect(await harness.receive()).toEqual([])
    })

    it('puts nothing when there is nothing to put', async () => {
      await queue.put([])
      expect(await harness.receive()).toEqual([])
    })

    it('holds a job back until its due time', async () => {
      await queue.put([aJob({ dueAt: harness.clock.now() + 5_000 })])
      await harness.pass(4_999)
      expect(await harness.receive()).toEqual([])
      await harness.pass(1)
      expect(await harness.receive()).toHaveLength(1)
    })

    it('gives a job at once whose due time has passed', async () => {
      await queue.put([aJob({ dueAt: harness.clock.now() - 86_400_000 })])
      expect(await harness.receive()).toHaveLength(1)
    })

    it('forgets an acknowledged job for good', async () => {
      await queue.put([aJob()])
      for (const received of await harness.receive()) await received.acknowledge()
      await harness.pass(86_400_000)
      expect(await harness.receive()).toEqual([])
      expect(await depth()).toMatchObject({ depth: 0, sending: 0, scheduled: 0 })
    })

    it('gives a deferred job again after its delay, not before, as often as it is deferred', async () => {
      const job = aJob()
      await queue.put([job])
      for (let round = 0; round < 3; round++) {
        const [received] = await harness.receive()
        expect(received!.job).toMatchObject(job)
        await received!.defer(30)
        await harness.pass(29_999)
        expect(await harness.receive()).toEqual([])
        await harness.pass(1)
      }
      expect(await harness.receive()).toHaveLength(1)
    })

    it('gives a job again at once that was deferred by nothing', async () => {
      await queue.put([aJob()])
      const [received] = await harness.receive()
      await received!.defer(0)
      expect(await harness.receive()).toHaveLength(1)
    })

    it('treats two puts of one email as two jobs: acknowledging one leaves the other', async () => {
      const job = aJob()
      await queue.put([job])
      const [first] = await harness.receive()
      await queue.put([job])
      await first!.acknowledge()
      expect((await harness.receive()).map((received) => received.job.id)).toEqual([job.id])
    })

    it('cancels what waits for a later time, or gives a stray job that has no effect', async () => {
      const [canceled, kept] = [aJob(), aJob()]
      await queue.put(
        [canceled, kept].map((job) => ({ ...job, dueAt: harness.clock.now() + 5_000 })),
      )
      await queue.cancel(canceled.id)
      await queue.cancel(newId(harness.clock.now()))
      await harness.pass(5_000)
      expect((await harness.receive()).map(({ job }) => job.id)).toContain(kept.id)
    })

    it('never cancels a job that is due', async () => {
      const job = aJob()
      await queue.put([job])
      await queue.cancel(job.id)
      expect(await harness.receive()).toHaveLength(1)
    })

    it('moves a job to the dead letters; acknowledging it afterwards does no harm', async () => {
      const [buried, other] = [aJob(), aJob()]
      await queue.put([buried, other])
      for (const received of await harness.receive()) {
        if (received.job.id === buried.id) await queue.bury(received.job, 'out of time')
        await received.acknowledge()
      }
      await harness.pass(86_400_000)
      expect(await harness.receive()).toEqual([])
      expect(await depth()).toMatchObject({ depth: 0, deadLetters: 1 })
    })

    it('leaves another put of the same email alone when it buries one', async () => {
      const job = aJob()
      await queue.put([job, job])
      const [first, second] = await harness.receive()
      await queue.bury(first!.job, 'out of time')
      await first!.acknowledge()
      await second!.defer(5)
      await harness.pass(5_000)
      expect(await harness.receive()).toHaveLength(1)
    })

    it('counts what waits, what is being sent and what is scheduled', async () => {
      await queue.put([aJob(), aJob(), aJob()])
      await queue.put([aJob({ dueAt: harness.clock.now() + 600_000 })])
      expect(await depth()).toMatchObject({ depth: 3, sending: 0, scheduled: 1, deadLetters: 0 })
      const [first] = await harness.receive()
      expect(await depth()).toMatchObject({ ...counts({ depth: 0, sending: 3 }), scheduled: 1 })
      await first!.defer(60)
      expect(await depth()).toMatchObject({ ...counts({ depth: 1, sending: 2 }), scheduled: 1 })
    })

    it('tells how long the oldest due job has waited', async () => {
      expect(await depth()).toMatchObject({ oldestAgeSeconds: 0 })
      await queue.put([aJob()])
      await harness.pass(7_000)
      await queue.put([aJob()])
      await queue.put([aJob({ dueAt: harness.clock.now() + 600_000 })])
      await harness.pass(3_000)
      expect(await depth()).toMatchObject({ oldestAgeSeconds: 10 })
    })

    it('loses and doubles nothing when what waits for an engine is hastened', async () => {
      await queue.put([aJob(), aJob({ dueAt: harness.clock.now() + 600_000 })])
      const [first] = await harness.receive()
      await first!.defer(60)
      await queue.hasten()
      expect(await harness.receive()).toEqual([])
      await harness.pass(60_000)
      expect((await harness.receive()).map(({ job }) => job.id)).toEqual([first!.job.id])
    })

    it('takes as many jobs at once as it says, and refuses one more whole', async () => {
      const { batch } = queue.limits
      const jobs = Array.from({ length: batch + 1 }, () => aJob())
      await expect(queue.put(jobs)).rejects.toThrow(RangeError)
      expect(await depth()).toMatchObject({ depth: 0 })
      await queue.put(jobs.slice(1))
      expect(await depth()).toMatchObject({ depth: batch })
    })

    it('carries content up to the size it says, and refuses one byte more', async () => {
      const { inlineBytes } = queue.limits
      const content = (bytes: number) => ({ kind: 'raw', mime: 'x'.repeat(bytes) }) as const
      const overhead = JSON.stringify(content(0)).length
      const room = inlineBytes - overhead
      const tooLarge = aJob({ content: content(Math.max(0, room + 1)) })
      await expect(queue.put([tooLarge])).rejects.toThrow(RangeError)
      if (room < 0) return
      const job = aJob({ content: content(room) })
      await queue.put([job])
      expect((await harness.receive())[0]!.job).toMatchObject(job)
    })
  })
}

/** A job as it is put for an email that was just accepted. */
export function aJob(values: Partial<Job> = {}): Job {
  const now = Date.UTC(2026, 0, 1)
  return {
    id: newId(now),
    capture: false,
    since: now,
    recipients: 1,
    lane: 'example.org',
    ...values,
  }
}
