import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageKeyAt } from '../../../../backends/aws/env.ts'
import { writeMessage, type OwnMessage } from '../../../../backends/aws/queue/messages.ts'
import { idOf } from '../../../../mail/email/id.ts'
import { jobOf } from '../../../../mail/email/job.ts'
import type { Job } from '../../../../mail/email/job.ts'
import { acceptAll } from '../../../../mail/accept/accept-batch.ts'
import { retry } from '../../../../mail/manage/manage.ts'
import { redrive } from '../../../../mail/manage/redrive.ts'
import { emailRequest } from '../../../open-postern.ts'
import { onAws } from '../emulated.ts'
import { smtpTo, wholeAws, type WholeAws } from '../whole.ts'

const hour = 3_600_000
const day = 24 * hour
const forged = { kind: 'structured', text: 'forged', headers: {}, attachments: [] } as const
const asBefore = (message: OwnMessage) => writeMessage(message, () => '').replace('"proof":"",', '')
const body = { from: 'a@own.test', to: 'bob@there.test', subject: 'Hi', text: 'Hello' }

onAws('on AWS', (aws) =>
  describe('who may only put on the queue', () => {
    let whole: WholeAws
    beforeEach(async () => {
      whole = await wholeAws(await aws.virtual({ redriveAfter: 8 }))
      // What a deployment replaces has long been replaced.
      await whole.accept({ subject: 'first' })
      await whole.drain()
      await whole.pass(2 * hour)
    }, 60_000)
    afterEach(() => whole.close())

    const put = (text: string) => whole.sqs.put(whole.place.queueUrl, text)
    const letters = async () =>
      (await whole.backend.deadLetters.list({ scope: '*', limit: 50 })).data
    const texts = () =>
      whole.smtp.emails
        .map(({ content }) => content.toString())
        .filter((text) => !text.includes('Subject: first'))

    /** An email of another caller that waits: the relay is busy. */
    async function anothers(): Promise<Job> {
      whole.smtp.script = { rcpt: '450 4.2.0 later' }
      const id = await whole.accept({ subject: 'mine' })
      await whole.drain()
      whole.smtp.script = {}
      return jobOf((await whole.email(id))!)
    }

    async function later() {
      for (let time = 0; time < 3; time++) {
        await whole.pass(10 * 60_000)
        await whole.drain()
      }
    }

    it.each<[string, (job: Job) => OwnMessage]>([
      ['content', (job) => ({ kind: 'job', job: { ...job, content: forged } })],
      [
        'content, as one of several',
        (job) => ({ kind: 'jobs', jobs: [{ ...job, content: forged }] }),
      ],
      ['engine', (job) => ({ kind: 'job', job: { ...job, engine: 'sendmail' } })],
      ['turn', ({ id }) => ({ kind: 'due', id })],
      [
        'content, in a letter',
        (job) => {
          const inside = asBefore({ kind: 'job', job: { ...job, content: forged } })
          const letter = { emailId: job.id, reason: 'x', at: whole.clock.now(), body: inside }
          return { kind: 'letter', letter }
        },
      ],
      [
        'state',
        ({ id }) => ({
          kind: 'letter',
          letter: { emailId: id, reason: 'x', at: whole.clock.now() },
        }),
      ],
    ])("changes nothing of another's email: not its %s", async (_what, messageOf) => {
      const job = await anothers()
      const before = await whole.email(job.id)
      for (const text of [asBefore(messageOf(job)), writeMessage(messageOf(job), () => 'x')])
        put(text)
      await whole.drain()
      expect(await whole.email(job.id)).toEqual(before)
      expect(await letters()).toHaveLength(2)
      for (const { reason, emailId } of await letters()) {
        expect(reason).toContain('not its proof')
        expect(emailId).not.toBe(job.id)
      }
      await later()
      expect(texts()).toHaveLength(1)
      expect(texts().join()).not.toContain('forged')
    })

    it('cannot borrow the proof of a message for another', async () => {
      const job = await anothers()
      const real = whole.sqs.on(whole.place.queueUrl)[0]!.body
      const { proof } = JSON.parse(real) as { proof: string }
      const other = { kind: 'job', job: { ...job, content: forged } } as const
      put(writeMessage(other, () => proof))
      put(real.replace('Hello', 'forged').replace('"recipients":1', '"recipients":2'))
      await later()
      expect(texts()).toHaveLength(1)
      expect(await letters()).toHaveLength(2)
    })

    it('follows no pointer round in circles', async () => {
      const key = 'requests/circle'
      const circle = asBefore({ kind: 'jobsAt', key })
      await whole.backend.blobs.put(key, Buffer.from(circle))
      const letter = { emailId: 'x', reason: 'x', at: 0, bodyAt: 'requests/letter' }
      const around = asBefore({ kind: 'letter', letter })
      await whole.backend.blobs.put('requests/letter', Buffer.from(around))
      for (const text of [circle, around]) put(text)
      await whole.drain()
      expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
      for (const { id } of await letters())
        expect(await redrive(whole.postern, id, '*')).toMatchObject({ kind: 'refused' })
      await forgetKey()
      await whole.pass(1_000)
      for (const { id } of await letters())
        expect(await whole.backend.deadLetters.putBack(id)).toBe('put')
      await later()
      expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
      expect(await letters()).toHaveLength(4)
    })

    it.each<[string, string, RegExp]>([
      [
        'a line break in a header',
        JSON.stringify({ ...body, headers: { 'X-A': 'a\r\nBcc: c@d.test' } }),
        /^headers/,
      ],
      [
        'an engine of its own',
        JSON.stringify({ postern: 1, ...body, engine: 'smtp' }),
        /not its proof/,
      ],
      ['a newer format', '{"postern":99}', /not its proof/],
      ['a key twice', JSON.stringify(body).replace('{', '{"to":"c@d.test",'), /^body: has twice/],
      [
        'a prototype',
        JSON.stringify(body).replace('{', '{"__proto__":{"a":1},'),
        /^body: must not/,
      ],
      [
        'depth',
        JSON.stringify(body).replace('{', `{"x":${'['.repeat(101)}${']'.repeat(101)},`),
        /^body: is nested/,
      ],
      ['many keys', JSON.stringify({ ...body, x: Array(200_001).fill([]) }), /^body: has more/],
      ['a list', '[{}]', /not a JSON object/],
    ])('is refused %s, and loses nothing', async (_what, text, reason) => {
      put(text)
      await whole.drain()
      const [letter, ...more] = await letters()
      expect(more).toEqual([])
      expect(letter!.reason).toMatch(reason)
      expect(texts()).toEqual([])
      const kept = await whole.backend.blobs.get(`requests/${letter!.id}`)
      expect(Buffer.from(kept!).toString()).toBe(text)
    })

    it('still puts emails, whatever waits with them', async () => {
      put(asBefore({ kind: 'jobsAt', key: 'content/other' }))
      const { id, sentAt } = put(JSON.stringify(body))
      await whole.drain()
      expect(await whole.email(idOf(id, sentAt))).toMatchObject({ state: 'sent', owner: 'queue' })
    })

    it('costs one question for the key in each environment, and none for an email', async () => {
      const { calls } = whole.front
      const other = whole.another()
      calls.length = 0
      const jobs = [await anothers(), await anothers(), await anothers()]
      for (const job of jobs) await other.queue.put([job])
      const asked = calls.filter((call) => JSON.stringify(call).includes(messageKeyAt.p))
      expect(asked).toHaveLength(2)
    })

    async function forgetKey() {
      const client = new DynamoDBClient(aws.access)
      const Key = marshall(messageKeyAt)
      await client.send(new DeleteItemCommand({ TableName: whole.place.tableName, Key }))
      client.destroy()
    }

    describe('what the version before has put', () => {
      it('goes on when it is from before the key', async () => {
        await forgetKey()
        const job = await anothers()
        for (const { receipt } of whole.take(0)) whole.sqs.remove(whole.place.queueUrl, receipt)
        await forgetKey()
        put(asBefore({ kind: 'job', job }))
        const other = whole.another()
        const sending = whole.sender(other)
        await whole.pass(10 * 60_000)
        for (let taken = whole.take(); taken.length > 0; taken = whole.take()) await sending(taken)
        expect(texts()).toHaveLength(1)
        expect(await letters()).toEqual([])
      })

      it('leaves when its schedule fires, however much later', async () => {
        const scheduledAt = whole.clock.now() + 20 * day
        const id = await whole.accept({ scheduledAt })
        await forgetKey()
        const fresh = whole.another()
        await whole.pass(20 * day)
        for (const message of whole.sqs.on(whole.place.queueUrl))
          whole.sqs.remove(whole.place.queueUrl, `${message.id} `)
        put(asBefore({ kind: 'due', id }))
        await fresh.queue.put([])
        const sending = whole.sender(fresh)
        for (let taken = whole.take(); taken.length > 0; taken = whole.take()) await sending(taken)
        expect(await letters()).toEqual([])
        expect(await whole.email(id)).toMatchObject({ state: 'sent' })
      })

      it('is redriven from the dead letters, where SQS had moved it before', async () => {
        const job = await anothers()
        for (const { id } of whole.sqs.on(whole.place.queueUrl))
          whole.sqs.remove(whole.place.queueUrl, `${id} `)
        await forgetKey()
        whole.sqs.put(
          whole.place.deadLetterQueueUrl,
          asBefore({ kind: 'job', job: { ...job, content: forged } }),
        )
        const other = whole.another()
        await other.queue.put([await anothers()])
        await whole.pass(3 * day)
        const again = { ...whole.postern, deadLetters: other.deadLetters }
        const { data } = await other.deadLetters.list({ scope: '*', limit: 5 })
        expect(data).toMatchObject([{ id: job.id }])
        expect(await redrive(again, job.id, '*')).toMatchObject({ kind: 'done' })
        await later()
        expect(texts().filter((text) => text.includes('forged'))).toHaveLength(1)
      })
    })

    it('leaves everything of our own proven: jobs, requests, schedules, letters, what is retried', async () => {
      await whole.accept()
      await acceptAll(
        whole.postern,
        () => [{ request: emailRequest() }, { request: emailRequest() }],
        {
          owner: 'local',
          project: 'default',
          scope: '*',
          capture: false,
        },
      )
      await whole.accept({ scheduledAt: whole.clock.now() + day })
      whole.smtp.script = { rcpt: '550 5.1.1 no' }
      const failed = await whole.accept()
      await whole.drain()
      whole.smtp.script = {}
      await retry(whole.postern, failed, '*')
      await whole.configure({ ...smtpTo(whole.smtp.port), from: { address: 'a@own.test' } })
      await later()
      await whole.pass(day)
      await later()
      expect(await letters()).toEqual([])
      expect(whole.sqs.on(whole.place.queueUrl)).toEqual([])
    })
  }),
)
