import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { apiHost } from '../../../backends/aws/api-host.ts'
import type { Question } from '../../../backends/aws/send-function.ts'
import { reporter } from '../../../functions/feedback/reporter.ts'
import { answer } from '../../../functions/send/answer.ts'
import { saveSettings } from '../../../mail/configure/save.ts'
import { returnAddress } from '../../../mail/email/token.ts'
import { linkToken } from '../../../mail/suppress/link.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { aRecord } from '../../functions/sqs-record.ts'
import { startAwsFront, type AwsFront } from '../../remote/aws-front.ts'
import { onAws } from './emulated.ts'
import { accessTo } from './places.ts'
import { posternOf, wholeAws, type WholeAws } from './whole.ts'

const ann = 'ann@there.test'

onAws('the doors of feedback on AWS', (aws) => {
  let whole: WholeAws
  let front: AwsFront
  let app: ReturnType<typeof createApp>
  let asked: string[]

  beforeEach(async () => {
    asked = []
    whole = await wholeAws(await aws.virtual())
    const { backend, clock, place } = whole
    const sending = posternOf(backend, clock)
    // The api function may read no secret: what only the sending side knows it asks that.
    front = await startAwsFront(whole.front.endpoint, [
      async ({ path, input }) => {
        if (!path.endsWith('/invocations')) return undefined
        const question = input as unknown as Exclude<Question, { ask: 'sweep' | 'walkSuppressed' }>
        asked.push(question.ask)
        await sending.inForce.refresh()
        const said = await answer(question, sending, 300_000)
        return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(said)) }
      },
    ])
    const { version } = await sending.settings.read()
    const from = { address: 'no-reply@own.test' }
    const settings = { from, engine: 'noop', feedback: { bounceDomain: 'b.own.test' } }
    expect(await saveSettings(sending, { settings, version })).toMatchObject({ kind: 'saved' })
    await whole.postern.inForce.refresh()
    const { postern } = apiHost(place, { clock, ...accessTo(front.endpoint) })
    const hostFacts = async () => ({ kind: 'function' as const })
    app = createApp(postern, { access: 'open', version: '1', hostFacts })
  })
  afterEach(async () => {
    await front.close()
    await whole.close()
  })

  /** What waits on the queue of feedback, as the feedback function is handed it. */
  async function reported(): Promise<number> {
    const { backend, sqs, place } = whole
    const handle = reporter({
      backend,
      reasonOf: async () => undefined,
      logger: new Logger({ serviceName: 'postern', logLevel: 'SILENT' }),
      metrics: new Metrics({ namespace: 'Postern/test', serviceName: 'postern' }),
    })
    const messages = sqs.receive(place.feedbackQueueUrl)
    const Records = messages.map(({ body, sentAt }) => aRecord(body, { sentAt }))
    const results = await handle({ Records })
    return results.filter(({ status }) => status === 'fulfilled').length
  }

  const suppressed = async (address: string, list?: string) =>
    whole.backend.suppressions.find({
      project: 'default',
      addresses: [address],
      ...(list && { list }),
    })

  it(
    'take returned email: the send function says which email it proves',
    { timeout: 60_000 },
    async () => {
      const { emails, settings } = whole.backend
      const recipients = [{ address: ann, state: 'sent' as const }]
      const { id } = anEmail()
      await emails.create(anEmail({ id, state: 'sent', recipients }))
      const secrets = await settings.readSecrets({ 'feedback.key': 1 })
      const to = returnAddress(id, 'b.own.test', secrets['feedback.key']!)
      const body = `Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;${ann}\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n`
      const hand = async (returnedTo: string) => {
        const headers = { 'X-Postern-Returned-To': returnedTo }
        const answered = await app.request('/v1/feedback/mail', { method: 'POST', body, headers })
        return ((await answered.json()) as { kind: string }).kind
      }
      expect(await hand(to.replace(/.{4}@/, 'aaaa@'))).toBe('kept')
      expect(await reported()).toBe(0)
      expect(await hand(to)).toBe('reported')
      expect(asked).toEqual(['findEmail', 'findEmail'])
      expect(await reported()).toBe(1)
      expect((await emails.get(id, '*'))!.state).toBe('bounced')
      expect(await suppressed(ann)).toHaveLength(1)
    },
  )

  it(
    'tell what became of a test address that was captured, and suppress none',
    { timeout: 60_000 },
    async () => {
      for (const [to, state] of [
        ['bounced+x@resend.dev', 'bounced'],
        ['delivered@simulator.postern.test', 'delivered'],
      ] as const) {
        const id = await whole.accept({ to: [{ address: to }] })
        await whole.drain()
        expect((await whole.email(id))!.state).toBe('captured')
        expect(await reported()).toBe(1)
        expect([(await whole.email(id))!.state, await suppressed(to)]).toEqual([state, []])
      }
    },
  )

  it(
    'let a recipient unsubscribe by a link, and change nothing when it is looked at',
    { timeout: 60_000 },
    async () => {
      const [key] = await whole.backend.linkKeys.all()
      const subject = {
        project: 'default',
        address: ann,
        list: 'news',
        domain: 'own.test',
        emailId: 'e',
      }
      const path = `/u/${linkToken(subject, key!)}`
      expect((await app.request(path)).status).toBe(200)
      expect(await suppressed(ann, 'news')).toEqual([])
      for (let n = 0; n < 2; n++)
        expect((await app.request(path, { method: 'POST' })).status).toBe(200)
      expect(await suppressed(ann, 'news')).toMatchObject([{ causes: [{ reason: 'unsubscribe' }] }])
      expect(await suppressed(ann)).toEqual([])
      const history = await whole.backend.suppressions.history(subject)
      expect(history).toHaveLength(1)
    },
  )
})
