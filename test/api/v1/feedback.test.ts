import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sendGridBatch } from '../../../engines/index.ts'
import { idOf } from '../../../mail/email/id.ts'
import { saveSettings } from '../../../mail/configure/save.ts'
import { returnAddress } from '../../../mail/email/token.ts'
import { holding, openApi, said, type OpenApi } from '../open-api.ts'

const report =
  'From: MAILER-DAEMON@mx.test\r\nSubject: Undelivered\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;ann@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n--b--\r\n'

const waiting = ({ postern, clock }: OpenApi) =>
  postern.signals.due(clock.now(), 100).map(({ signal }) => signal)

async function configure(api: OpenApi, feedback: object) {
  const { version } = await api.postern.settings.read()
  const saved = await saveSettings(api.postern, { settings: { feedback }, version })
  expect(saved).toMatchObject({ kind: 'saved' })
}

describe('POST /v1/feedback/mail', () => {
  const hand = (api: OpenApi, body: string | Uint8Array<ArrayBuffer>, to = '') =>
    said(
      api.fetch('/v1/feedback/mail', {
        method: 'POST',
        body,
        headers: { 'X-Postern-Returned-To': to },
      }),
    )

  it('takes a report about an email of ours, and says of which', async () => {
    const api = openApi()
    await configure(api, { bounceDomain: 'b.own.test' })
    const { 'feedback.key': key } = await api.postern.settings.readSecrets({ 'feedback.key': 1 })
    const id = idOf('an email', api.clock.now())
    const answer = await hand(api, report, returnAddress(id, 'b.own.test', key!))
    expect(answer).toEqual([
      200,
      { kind: 'reported', email_id: id, signals: 1, id: null, reason: null },
    ])
    expect(waiting(api)).toMatchObject([{ emailId: id, kind: 'bounced', bounce: 'hard' }])
  })

  it('keeps one that proves nothing, to be listed, read and removed', async () => {
    const refused: string[] = []
    const api = openApi({ onRefusedFeedback: (reason) => refused.push(reason) })
    const [status, kept] = await hand(api, report)
    expect(refused).toEqual([kept['reason']])
    expect([status, kept]).toEqual([
      200,
      { kind: 'kept', email_id: null, signals: 0, id: kept.id, reason: holding('proves') },
    ])
    expect(waiting(api)).toEqual([])
    const { data } = await api.read('/v1/feedback/mail')
    expect(data).toMatchObject([{ id: kept.id, subject: 'Undelivered', email_id: null }])
    expect(await api.read(`/v1/feedback/mail/${kept.id}`)).toEqual(data[0])
    const raw = await api.fetch(`/v1/feedback/mail/${kept.id}/raw`)
    expect([raw.headers.get('content-disposition'), await raw.text()]).toEqual([
      holding('attachment'),
      report,
    ])
    const remove = () => api.fetch(`/v1/feedback/mail/${kept.id}`, { method: 'DELETE' })
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404])
    expect((await api.fetch(`/v1/feedback/mail/${kept.id}`)).status).toBe(404)
  })

  it.each([
    [400, ''],
    [413, new Uint8Array(10_000_001)],
  ])('answers %i to what is no email or too large', async (status, body) => {
    expect((await hand(openApi(), body))[0]).toBe(status)
  })

  it('is for a key that may do everything', async () => {
    const api = openApi({ access: 'keys' })
    expect((await hand(api, report))[0]).toBe(401)
  })
})

describe('POST /v1/feedback/sendgrid', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

  async function open() {
    const refused: string[] = []
    const onRefusedFeedback = (reason: string) => refused.push(reason)
    const options = { readSendGridBatch: sendGridBatch, onRefusedFeedback }
    const api = openApi({ access: 'keys', ...options })
    await configure(api, { sendgrid: { publicKey: spki } })
    return { ...api, refused }
  }

  function hand(api: OpenApi, body: string, { at = api.clock.now(), signed = body } = {}) {
    const timestamp = String(Math.floor(at / 1_000))
    const signature = sign('sha256', Buffer.from(timestamp + signed), privateKey)
    const headers = {
      'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
      'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
    }
    return said(api.fetch('/v1/feedback/sendgrid', { method: 'POST', body, headers }))
  }

  const event = (rest: object = {}) => ({
    email: 'ann@example.org',
    timestamp: 1_764_500_000,
    sg_event_id: 'one',
    event: 'delivered',
    ...rest,
  })

  it('takes a signed batch without any key, once all of it is durable', async () => {
    const api = await open()
    const body = `[${JSON.stringify(event())},\r\n${JSON.stringify(event({ sg_event_id: 'two' }))}]\r\n`
    expect(await hand(api, body)).toEqual([200, { taken: 2 }])
    expect(waiting(api).map(({ key }) => key)).toEqual(['one', 'two'])
    expect(api.refused).toEqual([])
  })

  it('is not answered with yes when nothing could be kept', async () => {
    const api = await open()
    Object.assign(api.postern.signals, { put: () => Promise.reject(new Error('disk full')) })
    expect((await hand(api, JSON.stringify([event()])))[0]).toBe(500)
  })

  it.each<[string, number, string, { at?: number; signed?: string }]>([
    ['unsigned', 403, JSON.stringify([event()]), { signed: 'another' }],
    ['old', 403, JSON.stringify([event()]), { at: 1_000_000 }],
    ['malformed', 400, '{"not": "a batch"}', {}],
    ['truncated', 400, JSON.stringify([event()]).slice(0, -3), {}],
    ['not JSON', 400, '\0\0\0', {}],
    ['huge', 413, `[${' '.repeat(10_000_000)}]`, {}],
  ])('refuses and counts what is %s, and nothing comes of it', async (_, status, body, options) => {
    const api = await open()
    const [answered, { error }] = await hand(api, body, options)
    expect([answered, typeof error.message]).toEqual([status, 'string'])
    expect(waiting(api)).toEqual([])
    expect(api.logged).toEqual([])
    expect(api.refused).toEqual([error.message])
  })

  it('refuses everything until it is set up', async () => {
    const api = openApi({ access: 'keys', readSendGridBatch: sendGridBatch })
    const [status, { error }] = await hand(api, JSON.stringify([event()]))
    expect([status, error.message]).toEqual([403, holding('postern feedback setup sendgrid')])
  })
})
