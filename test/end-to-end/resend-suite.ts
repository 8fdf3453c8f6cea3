import { randomBytes, randomUUID } from 'node:crypto'
import PostalMime, { type Email } from 'postal-mime'
import type { CreateEmailOptions, Resend } from 'resend'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host } from './hosts.ts'
import { reactElement, type ResendVersion } from './resend-versions.ts'

const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
const file = Buffer.concat([randomBytes(100_000), every])

const hello = {
  from: 'Acmé <sender@acme.test>',
  subject: 'Hello — 2026',
  html: '<p>It works 💌</p>',
  text: 'It works 💌',
}

/** As every version gives it back: a value, or an error by name. */
interface Answer<Data = unknown> {
  readonly data: Data | null
  readonly error: {
    readonly name: string
    readonly message: string
    statusCode?: number | null
  } | null
}

/** What an application that uses Resend's own SDK relies on, with only the base URL changed. */
export function testResendSdk(hostName: string, open: () => Promise<Host>, sdk: ResendVersion) {
  describe(`resend ${sdk.version} against ${hostName}`, () => {
    let host: Host
    let resend: Resend
    beforeAll(async () => {
      host = await open()
      resend = sdk.make(host.key, host.baseUrl)
    })
    afterAll(() => host.close())

    /** Past the types, in which the versions differ. */
    async function send(email: object, key?: string): Promise<Answer<{ id: string }>> {
      const to = `${randomUUID()}@example.com`
      const options = key === undefined ? {} : keyed(key)
      return resend.emails.send({ ...hello, to, ...email }, options)
    }

    /** Version 4 has no option for it: there, give all the headers. */
    function keyed(key: string) {
      if (sdk.has.idempotencyKey) return { idempotencyKey: key }
      const headers = { authorization: `Bearer ${host.key}`, 'content-type': 'application/json' }
      return { headers: { ...headers, 'idempotency-key': key } }
    }

    const ok = <Data>({ data, error }: Answer<Data>): Data => {
      expect(error).toBeNull()
      return data!
    }

    const failure = async (answer: Promise<Answer>) => {
      const { data, error } = await answer
      expect(data).toBeNull()
      return error
    }

    const ask = async (path: string, init: RequestInit = {}, key = host.key) => {
      const headers = { authorization: `Bearer ${key}`, ...init.headers }
      const answer = await fetch(`${host.baseUrl}${path}`, { ...init, headers })
      return (await answer.json()) as Record<string, unknown>
    }

    async function captured(to: string): Promise<Email> {
      const list = await ask(`/v1/captures?wait=20&to=${encodeURIComponent(to)}`)
      const [{ id }] = list['data'] as [{ id: string }]
      const headers = { authorization: `Bearer ${host.key}` }
      const raw = await fetch(`${host.baseUrl}/v1/captures/${id}/raw`, { headers })
      return PostalMime.parse(await raw.arrayBuffer())
    }

    async function otherKey(body: object): Promise<Resend> {
      const made = await ask('/api-keys', { method: 'POST', body: JSON.stringify(body) })
      return sdk.make(made['token'] as string, host.baseUrl)
    }

    it('sends every part of an email', async () => {
      const to = `${randomUUID()}@example.com`
      ok(
        await send({
          to: [to, 'Second <second@example.com>'],
          cc: 'cc@example.com',
          bcc: ['hidden@example.com'],
          // Each under the name by which one of the versions knows it.
          replyTo: 'help@acme.test',
          reply_to: 'help@acme.test',
          headers: { 'X-Ref': '7' },
          tags: [{ name: 'category', value: 'report' }],
          attachments: [{ filename: 'réport.bin', content: file }],
        }),
      )
      const email = await captured(to)
      expect(email).toMatchObject({
        from: { name: 'Acmé', address: 'sender@acme.test' },
        to: [{ address: to }, { name: 'Second' }],
        cc: [{ address: 'cc@example.com' }],
        replyTo: [{ address: 'help@acme.test' }],
        subject: hello.subject,
      })
      expect([email.html!.trim(), email.text!.trim()]).toEqual([hello.html, hello.text])
      expect(email.headers.find(({ key }) => key === 'x-ref')!.value).toBe('7')
      expect(JSON.stringify(email.headers)).not.toContain('hidden')
      const [attachment] = email.attachments
      expect(attachment!.filename).toBe('réport.bin')
      expect(Buffer.from(attachment!.content as ArrayBuffer).equals(file)).toBe(true)
    })

    it('shows a file in place where the html refers to it', async () => {
      const to = `${randomUUID()}@example.com`
      // Each under the name by which one of the versions knows it.
      const ids = { content_id: 'logo', contentId: 'logo', inlineContentId: 'logo' }
      const attachments = [{ filename: 'logo.png', content: file, ...ids }]
      ok(await send({ to, html: '<img src="cid:logo">', attachments }))
      const [logo] = (await captured(to)).attachments
      expect(logo).toMatchObject({ contentId: '<logo>', disposition: 'inline' })
    })

    it('sends what React renders', async () => {
      const to = `${randomUUID()}@example.com`
      const react = reactElement('h1', 'Made by React')
      const { from, subject } = hello
      const email = { from, subject, to, react } as unknown as CreateEmailOptions
      ok<{ id: string }>(await resend.emails.send(email))
      expect((await captured(to)).html).toContain('<h1>Made by React</h1>')
    })

    it('gets an email back', async () => {
      const { id } = ok(await send({ tags: [{ name: 'a', value: 'b' }] }))
      const email = ok(await resend.emails.get(id))
      expect(email).toMatchObject({
        object: 'email',
        id,
        from: 'Acmé <sender@acme.test>',
        subject: hello.subject,
        html: hello.html,
        text: hello.text,
        cc: null,
        tags: [{ name: 'a', value: 'b' }],
      })
    })

    if (sdk.has.list)
      it('goes through the list of emails', async () => {
        const ids: string[] = []
        for (let n = 0; n < 3; n++) ids.unshift(ok(await send({})).id)
        const first = ok(await resend.emails.list({ limit: 2 }))
        expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2))
        const next = ok(await resend.emails.list({ limit: 1, after: ids[1]! }))
        expect(next).toMatchObject({ object: 'list', has_more: true, data: [{ id: ids[2] }] })
      })

    it('schedules in two ways, reschedules and cancels', async () => {
      const at = new Date(Date.now() + 3_600_000).toISOString()
      for (const when of [at, 'in 1 hour']) {
        const { id } = ok(await send({ scheduledAt: when, scheduled_at: when }))
        const { scheduled_at } = ok(await resend.emails.get(id))
        expect(Math.abs(Date.parse(scheduled_at!) - Date.parse(at))).toBeLessThan(60_000)
        const later = new Date(Date.now() + 7_200_000).toISOString()
        expect(ok(await resend.emails.update({ id, scheduledAt: later }))).toEqual({
          object: 'email',
          id,
        })
        expect(ok(await resend.emails.get(id))).toMatchObject({ scheduled_at: later })
        expect(ok(await resend.emails.cancel(id))).toEqual({ object: 'email', id })
        expect(ok(await resend.emails.get(id))).toMatchObject({ last_event: 'canceled' })
      }
    })

    it('sends an email with the same key once, however often it is asked', async () => {
      const key = randomUUID()
      const email = { to: 'once@example.com' }
      const first = ok(await send(email, key))
      expect(ok(await send(email, key))).toEqual(first)
      expect(await failure(send({ ...email, subject: 'Other' }, key))).toMatchObject({
        name: 'invalid_idempotent_request',
      })
    })

    it('sends a batch, all of it or nothing', async () => {
      const batch = (emails: object[]): Promise<Answer> =>
        resend.batch.send(emails as CreateEmailOptions[])
      const email = { ...hello, to: 'b@example.com' }
      const answer = ok(await batch([email, { ...email, subject: 'Two' }]))
      const { data, ...rest } = answer as { data: { id: string }[] }
      expect(rest).not.toHaveProperty('errors')
      expect(data).toHaveLength(2)
      expect(ok(await resend.emails.get(data[1]!.id))).toMatchObject({ subject: 'Two' })
      expect(await failure(batch([email, { ...email, to: 'nobody' }]))).toMatchObject({
        name: 'validation_error',
      })
    })

    if (sdk.has.permissive)
      it('sends the good ones of a permissive batch', async () => {
        const email = { ...hello, to: 'b@example.com' }
        const answer = await resend.batch.send([{ ...email, to: 'nobody' }, email], {
          batchValidation: 'permissive',
        })
        expect(ok<unknown>(answer)).toMatchObject({
          data: [{ id: expect.any(String) as string }],
          errors: [{ index: 0, message: expect.stringContaining('`to.0`') as string }],
        })
      })

    it('makes, lists and removes an API key', async () => {
      const { id, token } = ok(await resend.apiKeys.create({ name: 'by the SDK' }))
      expect(token).toMatch(/^re_/)
      const { data } = ok<{ data: { id: string }[] }>(await resend.apiKeys.list())
      expect(data.map((key) => key.id)).toContain(id)
      if (sdk.has.remove) expect((await resend.apiKeys.remove(id)).error).toBeNull()
    })

    describe('knows by name what is wrong:', () => {
      it('401, a key that may only send', async () => {
        const sender = await otherKey({ name: 'sender', permission: 'sending_access' })
        expect(await failure(sender.emails.get(randomUUID()))).toMatchObject({
          name: 'restricted_api_key',
        })
      })

      it('403, a key that is not known', async () => {
        const stranger = sdk.make('re_unknown', host.baseUrl)
        const email = { ...hello, to: 'b@example.com' }
        expect(await failure(stranger.emails.send(email))).toMatchObject({
          name: 'validation_error',
        })
      })

      it('404, an email that is not there, and everything else of which there is nothing', async () => {
        expect(await failure(resend.emails.get(randomUUID()))).toMatchObject({ name: 'not_found' })
        expect(await failure(resend.contacts.list({ audienceId: 'x' }))).toMatchObject({
          name: 'not_found',
        })
      })

      it('413, more than an email may hold', async () => {
        const tooMuch = 'A'.repeat(Math.min(40_000_004, host.mostBytes + 3_000_000))
        const answer = send({ attachments: [{ filename: 'a', content: tooMuch }] })
        const error = await failure(answer)
        // What never reaches the function is refused in the words of the gateway.
        if (host.mostBytes > 40_000_000) expect(error).toMatchObject({ name: 'validation_error' })
        else expect(error).not.toBeNull()
      })

      it('422, a recipient that is none, and an email that has left', async () => {
        expect(await failure(send({ to: 'nobody' }))).toMatchObject({ name: 'validation_error' })
        const to = `${randomUUID()}@example.com`
        const { id } = ok(await send({ to }))
        await captured(to)
        expect(await failure(resend.emails.cancel(id))).toMatchObject({ name: 'validation_error' })
      })

      it('429, too many requests in a second', async () => {
        const one = JSON.stringify({ ...hello, to: 'b@example.com' })
        const { settings, version } = (await ask('/v1/settings')) as {
          settings: object
          version: string
        }
        expect(settings).toHaveProperty('limits')
        await ask('/v1/settings', {
          method: 'PUT',
          body: JSON.stringify({ version, settings: { limits: { requestsPerSecond: 1 } } }),
        })
        const errors: (string | undefined)[] = []
        // The next second begins somewhere in between.
        for (let n = 0; n < 5; n++) errors.push((await send(JSON.parse(one) as object)).error?.name)
        expect(errors).toContain('rate_limit_exceeded')
      })
    })

    it('takes a base URL that ends in a slash', async () => {
      const slashed = sdk.make(host.key, `${host.baseUrl}/`)
      const email = { ...hello, to: 'b@example.com' }
      const answers: Answer[] = []
      for (let n = 0; n < 3; n++) answers.push(await slashed.emails.send(email))
      expect(answers.map(({ error }) => error?.name)).not.toContain('not_found')
    })
  })
}
