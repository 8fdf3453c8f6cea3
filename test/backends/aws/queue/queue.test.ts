import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentKey } from '../../../../mail/content.ts'
import { jobOf } from '../../../../mail/email/job.ts'
import { anEmail } from '../../../conformance/email-samples.ts'
import { aJob, testQueue } from '../../../conformance/queue.ts'
import { onAws } from '../emulated.ts'
import type { VirtualAws } from '../places.ts'
import { takeAll, takeRequestsApart } from '../taken.ts'

onAws('on AWS', (aws) => {
  testQueue('SQS', async () => {
    const virtual = await aws.virtual()
    const { backend, clock, pass, close } = virtual
    return {
      queue: backend.queue,
      clock,
      receive: () => takeAll(virtual),
      settle: () => takeRequestsApart(virtual),
      tellsSending: false,
      pass,
      close,
    }
  })

  describe('SQS, what the suite cannot see', () => {
    let virtual: VirtualAws
    beforeEach(async () => {
      virtual = await aws.virtual()
    })
    afterEach(() => virtual.close())

    const large = (letter: string) => ({ kind: 'raw', mime: letter.repeat(200_000) }) as const

    it('puts a request that is too large for a message into the bucket, and takes it apart twice', async () => {
      const jobs = ['a', 'b', 'c'].map((letter) => aJob({ content: large(letter) }))
      await virtual.backend.queue.put(jobs)
      const [message] = virtual.sqs.on(virtual.place.queueUrl)
      expect(message!.body.length).toBeLessThan(200)
      for (let time = 0; time < 2; time++) {
        const request = await virtual.backend.inbox.read(message!)
        expect(request).toMatchObject({ kind: 'request', jobs })
        if (request.kind === 'request') await virtual.backend.inbox.fanOut(request.jobs)
      }
      expect(virtual.sqs.on(virtual.place.queueUrl)).toHaveLength(7)
    })

    it('tells how long emails have waited for a blocked engine, which SQS does not', async () => {
      const { queue, standing } = virtual.backend
      const now = virtual.clock.now()
      await standing.pause('smtp', 0, { at: now - 100_000, until: now - 70_000, reason: '535 no' })
      expect(await queue.depth(now, '*')).toMatchObject({ depth: 0, oldestAgeSeconds: 0 })
      await queue.put([aJob()])
      expect(await queue.depth(now, '*')).toMatchObject({ depth: 1, oldestAgeSeconds: 100 })
      await standing.resume('smtp')
      expect(await queue.depth(now, '*')).toMatchObject({ depth: 1, oldestAgeSeconds: 0 })
    })

    it('carries every character there is, at most 256 KB of it', async () => {
      const mime = '\u0000\u000b\u001f\ufffe\uffff\ud800 \u{1f600}\u2028"\\'
      const job = aJob({ content: { kind: 'raw', mime } })
      await virtual.backend.queue.put([job])
      expect((await takeAll(virtual))[0]!.job.content).toEqual(job.content)
      const most = '\ufffe'.repeat(87_000)
      await virtual.backend.queue.put([aJob({ content: { kind: 'raw', mime: most } })])
    })

    it('puts each job into a group by stream and domain, so that a long one leaves the others alone', async () => {
      const { queue } = virtual.backend
      const longest = `${'a.'.repeat(120)}example.com`
      const lanes = ['example.com', 'capture', longest, 'bulk:example.com', 'bulk:capture']
      await queue.put([aJob({ lane: lanes[0]! })])
      await queue.put(lanes.slice(1).map((lane) => aJob({ lane })))
      await takeRequestsApart(virtual)
      const groups = virtual.sqs.on(virtual.place.queueUrl).map(({ group }) => group)
      const names = groups.map((group) => group?.replace(/#\d$/, ''))
      expect(names).toEqual([lanes[0], lanes[1], longest.slice(-120), 'bulk', 'bulk'])
    })

    it('keeps the content of what is due later where its job will look', async () => {
      const email = anEmail({ state: 'scheduled', dueAt: virtual.clock.now() + 3_600_000 })
      const content = { kind: 'raw', mime: 'x' } as const
      await virtual.backend.emails.create(email)
      await virtual.backend.queue.put([{ ...jobOf(email), content }])
      expect(virtual.sqs.on(virtual.place.queueUrl)).toEqual([])
      const bytes = await virtual.backend.blobs.get(contentKey(email.id))
      expect(JSON.parse(Buffer.from(bytes!).toString())).toEqual(content)
    })

    it('moves a schedule to another time, and takes it back', async () => {
      const { queue } = virtual.backend
      const now = virtual.clock.now()
      const job = aJob({ dueAt: now + 3_600_000 })
      await queue.put([job])
      await queue.put([{ ...job, dueAt: now + 7_200_000 }])
      expect([...virtual.scheduler.schedules.values()].map(({ at }) => at)).toEqual([
        now + 7_200_000,
      ])
      await queue.cancel(job.id)
      await queue.cancel(job.id)
      expect(virtual.scheduler.schedules.size).toBe(0)
    })

    it('leaves a job alone that SQS showed more than a thousand times, among the dead letters', async () => {
      await virtual.close()
      virtual = await aws.virtual({ redriveAfter: 1_000 })
      const { queue, deadLetters } = virtual.backend
      const job = aJob()
      await queue.put([job])
      for (let time = 0; time < 1_001; time++) virtual.sqs.receive(virtual.place.queueUrl, 10, 0)
      expect(virtual.sqs.on(virtual.place.queueUrl)).toEqual([])
      const { data } = await deadLetters.list({ scope: '*', limit: 5 })
      expect(data).toMatchObject([{ id: job.id, emailId: job.id }])
      expect(data[0]!.reason).toContain('too often')
      expect(await deadLetters.remove(job.id, '*')).toBe(true)
      await virtual.pass(10_000)
      expect((await deadLetters.list({ scope: '*', limit: 5 })).data).toEqual([])
      expect(virtual.sqs.on(virtual.place.deadLetterQueueUrl)).toEqual([])
    })
  })
})
