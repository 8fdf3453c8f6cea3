import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acceptAll } from '../../../../mail/accept/accept-batch.ts'
import { idOf } from '../../../../mail/email/id.ts'
import { redrive, redriveAll } from '../../../../mail/manage/redrive.ts'
import { emailRequest } from '../../../open-postern.ts'
import { onAws } from '../emulated.ts'
import { smtpTo, wholeAws, type WholeAws } from '../whole.ts'

const redriveAfter = 8
const quarter = 900_000
const caller = { owner: 'local', project: 'default', scope: '*', capture: false }

onAws('on AWS', (aws) =>
  describe('what SQS itself moved to the dead letters', () => {
    let whole: WholeAws
    beforeEach(async () => {
      whole = await wholeAws(await aws.virtual({ redriveAfter }))
    })
    afterEach(() => whole.close())

    const jobs = () => whole.sqs.on(whole.place.queueUrl)
    const dead = () => whole.sqs.on(whole.place.deadLetterQueueUrl)
    const list = async () => (await whole.backend.deadLetters.list({ scope: '*', limit: 50 })).data
    const off = () => whole.configure({ ...smtpTo(whole.smtp.port), engine: 'disabled' })
    const on = () =>
      whole.configure({ from: { address: 'a@own.test' }, ...smtpTo(whole.smtp.port) })

    /** Has everything on the queue shown so often that SQS moves it, as it would in an outage. */
    async function untilMoved() {
      for (let time = 0; jobs().length > 0 && time <= redriveAfter + 1; time++) {
        for (let taken = whole.take(); taken.length > 0; taken = whole.take())
          await whole.send(taken)
        await whole.pass(quarter)
      }
      expect(jobs()).toEqual([])
    }

    async function leave() {
      // What other environments know of the settings is no older than that.
      await whole.pass(20_000)
      for (let time = 0; time < 3; time++) {
        await whole.drain()
        await whole.pass(60_000)
      }
    }

    it('leaves once, each with its content, after mail was off for too long and a redrive', async () => {
      const subjects = ['one', 'two', 'three']
      for (const subject of subjects) await whole.accept({ subject })
      await off()
      await untilMoved()
      expect(dead()).toHaveLength(3)
      expect(await list()).toHaveLength(3)
      await on()
      const { letters } = await redriveAll(whole.postern, '*', undefined)
      expect(letters.map(({ redriven }) => redriven.kind)).toEqual(['done', 'done', 'done'])
      expect(dead()).toEqual([])
      expect(await list()).toEqual([])
      await leave()
      expect(whole.smtp.emails.map(subjectOf).sort()).toEqual([...subjects].sort())
      expect(await redriveAll(whole.postern, '*', undefined)).toEqual({
        letters: [],
        hasMore: false,
      })
    }, 30_000)

    it('looks again every quarter of an hour while mail is off', async () => {
      await whole.accept()
      await off()
      await whole.drain()
      await whole.pass(quarter - 1)
      expect(whole.take()).toEqual([])
      await whole.pass(1)
      expect(whole.take()).toHaveLength(1)
    })

    it.each([
      ['small', 'Hi'],
      ['large', 'x'.repeat(150_000)],
    ])('redrives a %s request of several emails that was never taken apart', async (_, text) => {
      const content = { kind: 'structured', text, headers: {}, attachments: [] } as const
      const asked = ['a', 'b', 'c'].map((subject) => ({
        request: emailRequest({ subject, content }),
      }))
      await acceptAll(whole.postern, () => asked, caller)
      await showTooOften()
      const [letter] = await list()
      expect(await redrive(whole.postern, letter!.id, '*')).toEqual({ kind: 'done' })
      await leave()
      expect(whole.smtp.emails).toHaveLength(3)
      expect(await list()).toEqual([])
    })

    it('redrives an email that its schedule could not put on the queue', async () => {
      const id = await whole.accept({ scheduledAt: whole.clock.now() + 4 * quarter })
      await whole.clock.advance(4 * quarter)
      const { input } = whole.scheduler.schedules.get(`email-${id}`)!
      whole.sqs.put(whole.place.deadLetterQueueUrl, input)
      const [letter] = await list()
      expect(letter).toMatchObject({ id, reason: expect.stringContaining('schedule') as string })
      expect(await redrive(whole.postern, id, '*')).toMatchObject({ kind: 'done', email: { id } })
      await leave()
      expect(whole.smtp.emails).toHaveLength(1)
    })

    it("redrives a direct producer's email as the email that it has been so far", async () => {
      const body = { from: 'a@own.test', to: 'bob@there.test', subject: 'Hi', text: 'Hello' }
      const put = whole.sqs.put(whole.place.queueUrl, JSON.stringify(body))
      const id = idOf(put.id, put.sentAt)
      whole.smtp.script = { rcpt: '450 4.2.0 later' }
      await whole.drain()
      expect(await whole.email(id)).toMatchObject({ state: 'queued', attempts: 1 })
      await showTooOften()
      whole.smtp.script = {}
      expect(await redrive(whole.postern, (await list())[0]!.id, '*')).toMatchObject({
        email: { id },
      })
      await leave()
      expect(await whole.email(id)).toMatchObject({ state: 'sent', attempts: 2 })
      expect(whole.smtp.emails).toHaveLength(1)
      expect((await whole.backend.emails.list({ scope: '*', limit: 10 })).data).toHaveLength(1)
    })

    it('redrives what was buried while no mail was taken, as one email however often', async () => {
      await off()
      const body = { from: 'a@own.test', to: 'bob@there.test', subject: 'Hi', text: 'Hello' }
      whole.sqs.put(whole.place.queueUrl, JSON.stringify(body))
      await whole.pass(73 * 4 * quarter)
      await whole.drain()
      const [letter] = await list()
      expect(letter!.reason).toContain('three days')
      await on()
      await whole.backend.deadLetters.putBack(letter!.id)
      await redrive(whole.postern, letter!.id, '*')
      await leave()
      expect(whole.smtp.emails).toHaveLength(1)
    })

    it('keeps what cannot be read, and says so', async () => {
      whole.sqs.put(whole.place.queueUrl, 'not JSON')
      whole.sqs.put(whole.place.deadLetterQueueUrl, '{"postern":99}')
      await whole.drain()
      const { letters } = await redriveAll(whole.postern, '*', undefined)
      for (const { redriven } of letters)
        expect(redriven).toMatchObject({
          reason: expect.stringContaining('cannot be read') as string,
        })
      expect([letters.length, (await list()).length, dead().length]).toEqual([2, 2, 2])
      expect(jobs()).toEqual([])
    })

    it('finds all of many letters, and lets each go with the message that SQS hides', async () => {
      for (let n = 0; n < 25; n++) await whole.accept()
      await showTooOften()
      expect(await list()).toHaveLength(25)
      // Half a minute long SQS shows none of them to a second reader.
      const other = { ...whole.postern, deadLetters: whole.another().deadLetters }
      expect((await redriveAll(other, '*', undefined)).letters).toHaveLength(25)
      await whole.pass(60_000)
      expect(await list()).toEqual([])
      expect(dead()).toEqual([])
      await leave()
      expect(whole.smtp.emails).toHaveLength(25)
    }, 60_000)

    it('forgets the letter of an email that has left by another way', async () => {
      await whole.accept()
      await showTooOften()
      expect(await list()).toHaveLength(1)
      whole.sqs.move(whole.place.deadLetterQueueUrl, whole.place.queueUrl)
      await leave()
      expect(whole.smtp.emails).toHaveLength(1)
      expect(await list()).toEqual([])
    })

    async function showTooOften() {
      for (let time = 0; time <= redriveAfter; time++) {
        whole.sqs.receive(whole.place.queueUrl, 100, 0)
        await whole.pass(quarter)
      }
      expect(jobs()).toEqual([])
    }
  }),
)

function subjectOf({ content }: { readonly content: Buffer }): string | undefined {
  return /^Subject: (.*?)\r?$/m.exec(content.toString())?.[1]
}
