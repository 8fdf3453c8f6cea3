import { randomBytes, randomUUID } from 'node:crypto'
import PostalMime, { type Email } from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SendGridVersion, Service } from './sendgrid-versions.ts'

/** A Postern that captures, of which the suite knows nothing but this. */
interface SendGridHost {
  readonly baseUrl: string
  /** With full access. */
  readonly key: string
  close(): Promise<void>
}

/** What its errors are, by its own README. */
interface ResponseError {
  readonly code: number
  readonly message: string
  readonly response: { readonly body: { errors: { message: string; field: string | null }[] } }
}

/** What an application that uses `@sendgrid/mail` relies on, with only the base URL changed. */
export function testSendGridLibrary(
  name: string,
  open: () => Promise<SendGridHost>,
  { version, MailService }: SendGridVersion,
) {
  describe(`@sendgrid/mail ${version} against ${name}`, () => {
    let host: SendGridHost
    let mail: Service
    beforeAll(async () => {
      host = await open()
      mail = serviceFor(host)
    })
    afterAll(() => host.close())

    it('sends one email and resolves with 202, nothing and an id', async () => {
      const [answer, body] = await mail.send({ ...hello, to: 'one@example.com' })
      expect([answer.statusCode, answer.body, body]).toEqual([202, '', ''])
      const { id, email } = await captured('one@example.com')
      expect((answer.headers as Record<string, string>)['x-message-id']).toBe(id)
      expect(email).toMatchObject({
        from: { name: 'Acmé', address: 'a@acme.test' },
        to: [{ address: 'one@example.com' }],
        subject: 'Hello',
      })
      expect([email.text!.trim(), email.html!.trim()]).toEqual(['It works.', '<b>It works.</b>'])
    })

    it('sends several recipients of one email that one email', async () => {
      await mail.send({
        ...hello,
        to: [{ email: 'many@example.com', name: 'Many, A.' }, 'B <b@example.com>'],
        cc: 'cc@example.com',
        bcc: ['hidden@example.com'],
        replyToList: [{ email: 'r1@acme.test' }, { email: 'r2@acme.test' }],
        headers: { 'X-Ref': '7' },
        categories: ['News letter'],
        customArgs: { order: '42' },
      })
      const { to, email } = await captured('hidden@example.com')
      expect(to.toSorted()).toEqual([
        'b@example.com',
        'cc@example.com',
        'hidden@example.com',
        'many@example.com',
      ])
      expect(email.to).toMatchObject([{ name: 'Many, A.' }, { name: 'B' }])
      expect(email.replyTo).toMatchObject([
        { address: 'r1@acme.test' },
        { address: 'r2@acme.test' },
      ])
      expect(email.headers.find(({ key }) => key === 'x-ref')!.value).toBe('7')
      expect(JSON.stringify(email.headers)).not.toContain('hidden')
    })

    it('sends one email to each with sendMultiple, with the substitutions made', async () => {
      const to = ['m1@example.com', 'm2@example.com', 'm3@example.com']
      const substitutions = { name: 'Ann' }
      await mail.sendMultiple({ ...hello, to, subject: 'Dear {{name}}', substitutions })
      for (const address of to) {
        const { to: recipients, email } = await captured(address)
        expect([recipients, email.subject]).toEqual([[address], 'Dear Ann'])
      }
    })

    it('sends personalizations, each with what is its own', async () => {
      await mail.send({
        ...hello,
        personalizations: [
          { to: 'p1@example.com', subject: 'For p1', substitutions: { thing: 'book' } },
          { to: 'p2@example.com', from: 'own@acme.test' },
        ],
        text: 'Your {{thing}}',
        html: '<i>Your {{thing}}</i>',
      })
      const [first, second] = [await captured('p1@example.com'), await captured('p2@example.com')]
      expect([first.email.subject, first.email.text!.trim()]).toEqual(['For p1', 'Your book'])
      expect(second.email).toMatchObject({ subject: 'Hello', from: { address: 'own@acme.test' } })
    })

    it('sends an array of emails, one request each', async () => {
      const emails = ['a1@example.com', 'a2@example.com'].map((to) => ({ ...hello, to }))
      const answers = (await mail.send(emails)) as unknown as [{ statusCode: number }][]
      expect(answers.map(([{ statusCode }]) => statusCode)).toEqual([202, 202])
      for (const { to } of emails) await captured(to)
    })

    it('attaches files byte for byte, and shows in place what the html refers to', async () => {
      const [report, logo] = [randomBytes(300_000), randomBytes(3_000)]
      await mail.send({
        ...hello,
        to: 'files@example.com',
        html: '<img src="cid:logo">',
        attachments: [
          { content: report.toString('base64'), filename: 'réport.pdf', type: 'application/pdf' },
          {
            content: logo.toString('base64'),
            filename: 'logo.png',
            type: 'image/png',
            disposition: 'inline',
            contentId: 'logo',
          },
        ],
      })
      const { attachments } = (await captured('files@example.com')).email
      const file = (type: string) => attachments.find(({ mimeType }) => mimeType === type)!
      expect(file('application/pdf')).toMatchObject({
        filename: 'réport.pdf',
        disposition: 'attachment',
      })
      expect(bytes(file('application/pdf').content)).toEqual(report)
      expect(file('image/png')).toMatchObject({ contentId: '<logo>', disposition: 'inline' })
      expect(bytes(file('image/png').content)).toEqual(logo)
    })

    it('has an email checked and not sent in sandbox mode', async () => {
      const mailSettings = { sandboxMode: { enable: true } }
      const [answer] = await mail.send({ ...hello, to: 'sandbox@example.com', mailSettings })
      expect([answer.statusCode, answer.body]).toEqual([200, ''])
      await everythingSent()
      expect(await capturesTo('sandbox@example.com')).toEqual([])
    })

    it('sends what should have left before, and holds what is due later', async () => {
      await mail.send({ ...hello, to: 'past@example.com', sendAt: 1 })
      await captured('past@example.com')
      const sendAt = Math.floor(Date.now() / 1_000) + 3_600
      const batchId = await makeBatch()
      await mail.send({ ...hello, to: 'later@example.com', sendAt, batchId })
      await everythingSent()
      expect(await capturesTo('later@example.com')).toEqual([])
      const body = { batch_id: batchId, status: 'cancel' }
      const url = '/v3/user/scheduled_sends'
      const [stopped] = await client().request({ method: 'POST', url, body })
      expect([stopped.statusCode, stopped.body]).toEqual([201, body])
    })

    it('sends once under one Idempotency-Key, which its headers carry', async () => {
      const email = { ...hello, to: 'once@example.com', headers: { 'Idempotency-Key': 'order-1' } }
      const ids = [await mail.send(email), await mail.send(email)].map(
        ([answer]) => (answer.headers as Record<string, string>)['x-message-id'],
      )
      expect(ids[0]).toBe(ids[1])
      await captured('once@example.com')
      await everythingSent()
      expect(await capturesTo('once@example.com')).toHaveLength(1)
    })

    it('is told what a key may do', async () => {
      const [{ body }] = await client().request({ method: 'GET', url: '/v3/scopes' })
      expect((body as { scopes: string[] }).scopes).toContain('mail.send')
    })

    describe('throws an error with code, field and words', () => {
      const code = (error: unknown) => (error as ResponseError | undefined)?.code
      const fields = (error: unknown) =>
        (error as ResponseError).response.body.errors.map(({ field }) => field)

      it('of 400 for every fault', async () => {
        const error = await thrown(mail.send({ ...hello, to: ['x', 'ok@example.com', 'y@@z'] }))
        expect([code(error), fields(error)]).toEqual([
          400,
          ['personalizations.0.to.0.email', 'personalizations.0.to.2.email'],
        ])
        expect(error).toMatchObject({ message: 'Bad Request' })
      })

      it('of 400 for an address given twice, and for a template', async () => {
        const to = ['twice@example.com', 'twice@example.com']
        expect(fields(await thrown(mail.send({ ...hello, to })))).toEqual(['personalizations.0.to'])
        const template = { ...hello, to: 't@example.com', templateId: 'd-1' }
        expect(fields(await thrown(mail.send(template)))).toEqual(['template_id'])
      })

      it('of 401 for a wrong key', async () => {
        const stranger = serviceFor({ ...host, key: `re_${'x'.repeat(43)}` })
        const error = await thrown(stranger.send({ ...hello, to: 'no@example.com' }))
        expect([code(error), fields(error)]).toEqual([401, [null]])
      })

      it('of 403 for a sender that the key is not for', async () => {
        const key = await makeKey({ permission: 'sending_access', domain: 'other.test' })
        const limited = serviceFor({ ...host, key })
        const error = await thrown(limited.send({ ...hello, to: 'no@example.com' }))
        expect([code(error), fields(error)]).toEqual([403, ['from']])
      })

      it('of 404 and 405 for what is not here', async () => {
        const ask = (method: 'GET' | 'PUT', url: string) =>
          thrown(client().request({ method, url }))
        expect(code(await ask('GET', '/v3/marketing/contacts'))).toBe(404)
        expect(code(await ask('PUT', '/v3/mail/send'))).toBe(405)
      })

      it('of 429 for more than its key may ask, with the time to come back', async () => {
        const key = await makeKey({ permission: 'sending_access' })
        const hasty = clientOf(serviceFor({ ...host, key }))
        await limitRequests(30)
        const refused: unknown[] = []
        try {
          // However slow the machine is: some second sees more than thirty of them.
          for (let round = 0; round < 20 && refused.length === 0; round++) {
            const asked = Array.from({ length: 100 }, () =>
              hasty.request({ method: 'GET', url: '/v3/scopes' }).then(() => undefined),
            )
            const errors = await Promise.all(
              asked.map((one) => one.catch((error: unknown) => error)),
            )
            refused.push(...errors.filter((error) => error && code(error) === 429))
          }
        } finally {
          await limitRequests(1_000)
        }
        expect(fields(refused[0])).toEqual([null])
        const { headers } = (refused[0] as { response: { headers: Record<string, string> } })
          .response
        expect(headers).toMatchObject({ 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '0' })
        expect(Number(headers['x-ratelimit-reset']) * 1_000).toBeGreaterThan(Date.now() - 5_000)
      })

      it('of 413 for more than it takes at once', async () => {
        const to = Array.from({ length: 30 }, (_, i) => `big${i}@example.com`)
        const attachments = [{ content: 'A'.repeat(4_000_000), filename: 'a' }]
        const error = await thrown(mail.sendMultiple({ ...hello, to, attachments }))
        expect([code(error), fields(error)]).toEqual([413, ['personalizations']])
      })
    })

    const client = () => clientOf(mail)

    /** As an application does it: the base URL after the key, which sets it back. */
    function serviceFor({ baseUrl, key }: Pick<SendGridHost, 'baseUrl' | 'key'>): Service {
      const service = new MailService()
      service.setApiKey(`SG.${key}`)
      clientOf(service).setDefaultRequest('baseUrl', baseUrl)
      return service
    }

    /** The key that asks is limited too, so it may take until the next second. */
    async function limitRequests(requestsPerSecond: number) {
      for (let tries = 0; tries < 2_000; tries++) {
        const { version, saved } = (await ask('/v1/settings')) as Partial<Settings>
        if (version === undefined) continue
        const settings = { ...saved, limits: { requestsPerSecond } }
        const answer = (await ask(
          '/v1/settings',
          { settings, version },
          'PUT',
        )) as Partial<Settings>
        if (answer.version !== undefined) return
      }
      throw new Error('the limit of requests cannot be set')
    }

    /** What was asked for before leaves before it. */
    async function everythingSent() {
      const to = `${randomUUID()}@example.com`
      await mail.send({ ...hello, to })
      await captured(to)
    }

    async function makeBatch(): Promise<string> {
      const [{ body }] = await client().request({ method: 'POST', url: '/v3/mail/batch' })
      return (body as { batch_id: string }).batch_id
    }

    async function makeKey(wish: object): Promise<string> {
      const { token } = (await ask('/api-keys', { name: 'limited', ...wish })) as { token: string }
      return token
    }

    async function ask(path: string, body?: object, method = 'POST'): Promise<unknown> {
      const headers = { authorization: `Bearer ${host.key}` }
      const init = body && { method, body: JSON.stringify(body) }
      return (await fetch(new URL(path, host.baseUrl), { headers, ...init })).json()
    }

    async function capturesTo(address: string) {
      const path = `/v1/captures?to=${encodeURIComponent(address)}`
      return ((await ask(path)) as { data: { id: string; to: string[] }[] }).data
    }

    async function captured(address: string): Promise<{ id: string; to: string[]; email: Email }> {
      await ask(`/v1/captures?wait=20&to=${encodeURIComponent(address)}`)
      const capture = (await capturesTo(address))[0]!
      const headers = { authorization: `Bearer ${host.key}` }
      const raw = await fetch(new URL(`/v1/captures/${capture.id}/raw`, host.baseUrl), { headers })
      return { ...capture, email: await PostalMime.parse(await raw.arrayBuffer()) }
    }
  })
}

/** Left out of the typings too. */
function clientOf(service: Service): Client {
  return (service as unknown as { client: Client }).client
}

interface Client {
  setDefaultRequest(key: string, value: string): void
  request(data: object): Promise<[{ statusCode: number; body: unknown }]>
}

const hello = {
  from: 'Acmé <a@acme.test>',
  subject: 'Hello',
  text: 'It works.',
  html: '<b>It works.</b>',
}

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

function bytes(content: Email['attachments'][number]['content']): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content))
}

interface Settings {
  readonly version: string
  readonly saved: object
}
