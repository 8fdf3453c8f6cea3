import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Resend } from 'resend'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openWeb } from '../../../backends/web/index.ts'
import { hourMs } from '../../../mail/email/time.ts'
import { webhookStanding } from '../../../mail/email/webhook.ts'
import { notify } from '../../../mail/notify/notify.ts'
import { webSite, type WebSite } from '../../remote/web-site.ts'
import { openApi, said, type OpenApi } from '../open-api.ts'

const endpoint = 'https://elsewhere.test/hook'

let api: OpenApi
let site: WebSite
let resend: Resend
beforeEach(async () => {
  site = await webSite()
  api = openApi({ web: openWeb(site.options) })
  const listener = await serve(api)
  resend = new Resend('re_any', { baseUrl: listener.url })
  onTestFinished(() => site.close())
})

/** The app for an SDK that only speaks over sockets. */
async function serve({ handle }: OpenApi) {
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = 'GET', url = '/' } = request
      const body = method === 'GET' ? undefined : Buffer.concat(chunks)
      const headers = request.headers as Record<string, string>
      void Promise.resolve(
        handle(new Request(`http://127.0.0.1${url}`, { method, headers, body })),
      ).then(async (said) => {
        answer.writeHead(said.status, Object.fromEntries(said.headers)).end(await said.text())
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function made(change: object = {}): Promise<string> {
  const wish = { endpoint, events: ['email.delivered'], ...change }
  const [status, { id }] = await said(api.post('/webhooks', wish))
  expect(status).toBe(201)
  return id
}

const got = async (id: string) => (await api.postern.webhooks.get(id, '*'))!

/** Tells an endpoint of what is due, as the notifier does. */
async function tell(id: string) {
  const { postern, clock } = api
  for (const notice of postern.notices.due(id, clock.now(), 100))
    await notify(postern, await got(id), [notice])
}

describe('Resend’s SDK', () => {
  it('makes, lists, gets, changes and removes webhooks', async () => {
    const { data, error } = await resend.webhooks.create({
      endpoint,
      events: ['email.bounced', 'email.sent'],
    })
    expect(error).toBeNull()
    const { id, signing_secret } = data!
    expect(signing_secret).toMatch(/^whsec_/)
    const listed = { id, endpoint, status: 'enabled', events: ['email.bounced', 'email.sent'] }
    expect((await resend.webhooks.list()).data).toMatchObject({
      object: 'list',
      has_more: false,
      data: [listed],
    })
    expect((await resend.webhooks.get(id)).data).toMatchObject({ ...listed, signing_secret })
    const change = { events: ['email.opened' as const], status: 'disabled' as const }
    expect((await resend.webhooks.update(id, change)).data).toEqual({ object: 'webhook', id })
    expect((await resend.webhooks.get(id)).data).toMatchObject(change)
    expect((await resend.webhooks.remove(id)).data).toEqual({
      object: 'webhook',
      id,
      deleted: true,
    })
    expect((await resend.webhooks.get(id)).error).toMatchObject({
      statusCode: 404,
      name: 'not_found',
      message: 'Webhook not found',
    })
  })

  it('sees what an endpoint was told, verifies it, and has it told again', async () => {
    const sent: { body: string; headers: Record<string, string> }[] = []
    let status = 500
    site.answer = (request, answer) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        sent.push({ body, headers: request.headers as Record<string, string> })
        answer.writeHead(status).end('said')
      })
    }
    const id = await made()
    const [, { signing_secret: secret }] = await said(api.fetch(`/webhooks/${id}`))
    const [, { id: eventId }] = await said(api.post(`/v1/webhooks/${id}/test`))
    const where = { webhookId: id, eventId }
    expect((await resend.webhooks.events.list({ webhookId: id })).data!.data).toMatchObject([
      { id: eventId, type: 'email.delivered', status: 'pending' },
    ])
    await tell(id)
    expect((await resend.webhooks.events.get(where)).data).toMatchObject({
      status: 'attempting',
      next_attempt_at: expect.any(String) as unknown,
      payload: { type: 'email.delivered' },
    })
    status = 200
    expect((await resend.webhooks.events.replay(where)).data).toEqual({
      object: 'webhook_event',
      id: eventId,
    })
    await api.postern.standing.resume(webhookStanding(id))
    await tell(id)
    const { data: attempts } = await resend.webhooks.events.attempts.list(where)
    expect(attempts!.data.map((one) => [one.http_status_code, one.response])).toEqual([
      [200, 'said'],
      [500, 'said'],
    ])
    expect((await resend.webhooks.events.get(where)).data).toMatchObject({
      status: 'success',
      next_attempt_at: null,
    })
    expect(sent.map(({ headers }) => headers['svix-id'])).toEqual([
      `msg_${eventId}`,
      `msg_${eventId}`,
    ])
    expect(secret).toMatch(/^whsec_/)
  })

  it('cannot have a disabled one told again; the others are told that it is disabled', async () => {
    const id = await made()
    const other = await made({ events: ['webhook.disabled'] })
    const [, { id: eventId }] = await said(api.post(`/v1/webhooks/${id}/test`))
    await resend.webhooks.update(id, { status: 'disabled' })
    const { error } = await resend.webhooks.events.replay({ webhookId: id, eventId })
    expect(error).toMatchObject({ statusCode: 422, name: 'validation_error' })
    const { data } = await api.read(`/webhooks/${other}/events`)
    expect(data).toMatchObject([{ type: 'webhook.disabled' }])
    expect((await api.read('/v1/events?type=webhook.disabled')).data).toMatchObject([
      { text: 'by hand', webhook: { id, host: 'elsewhere.test' } },
    ])
  })

  it('rotates the secret: the old one signs for a day more', async () => {
    const id = await made()
    const before = (await resend.webhooks.get(id)).data!.signing_secret
    const after = (await resend.webhooks.rotateSigningSecret(id)).data!.signing_secret
    expect(after).not.toBe(before)
    expect((await got(id)).secrets).toEqual([
      { secret: after },
      { secret: before, until: api.clock.now() + 24 * hourMs },
    ])
  })
})

describe('a webhook', () => {
  it.each([
    [{ endpoint: 'http://elsewhere.test/' }, 'https'],
    [{ endpoint: 'https://127.0.0.1/' }, 'public internet'],
    [{ endpoint: 'https://elsewhere.test:8080/' }, 'port'],
    [{ endpoint: 'no URL' }, 'https'],
    [{ endpoint: 7 }, 'endpoint'],
    [{ endpoint: undefined }, 'Missing `endpoint`'],
    [{ events: [] }, 'at least one'],
    [{ events: ['email.exploded'] }, 'no event of this name'],
    [{ events: ['contact.created'] }, 'tells none of these'],
    [{ events: 'email.sent' }, 'events'],
    [{ format: 'xml' }, 'format'],
    [{ signing_secret: 'whsec_!!' }, 'base64'],
    [{ signing_secret: 'whsec_c2hvcnQ=' }, '24 to 64 bytes'],
    [{ signing_secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, 'whsec_'],
    [{ tags: { a: 1 } }, 'tags'],
  ])('is refused with what is wrong: %o', async (change, words) => {
    const wish = { endpoint, events: ['email.sent'], ...change }
    const [status, { message }] = await said(api.post('/webhooks', wish))
    expect([status, message]).toEqual([422, expect.stringContaining(words)])
    expect(await api.postern.webhooks.list('*')).toEqual([])
  })

  it('takes what Resend has and Postern does not, next to what it has', async () => {
    const id = await made({
      events: ['email.sent', 'contact.created', 'email.received', 'email.sent'],
    })
    expect((await got(id)).events).toEqual(['email.sent'])
  })

  it('may bring its own secret, and hear of some emails alone', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const id = await made({ signing_secret: secret, tags: { kind: 'code' }, domains: ['Own.test'] })
    expect(await got(id)).toMatchObject({
      secrets: [{ secret }],
      tags: { kind: 'code' },
      domains: ['own.test'],
    })
    await api.fetch(`/webhooks/${id}`, {
      method: 'PATCH',
      body: JSON.stringify({ tags: null, domains: null }),
    })
    expect(await got(id)).not.toHaveProperty('tags')
    expect(await got(id)).not.toHaveProperty('domains')
  })

  it('in SendGrid’s format shows the verification key, not what signs', async () => {
    const wish = { endpoint, events: ['email.sent'], format: 'sendgrid' }
    const [, shown] = await said(api.post('/webhooks', wish))
    expect(shown['signing_secret']).toMatch(/^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/)
    expect(JSON.stringify(await said(api.fetch(`/webhooks/${shown.id}`)))).not.toContain(
      (await got(shown.id)).secrets[0]!.secret,
    )
  })

  it('is refused where there are a hundred', async () => {
    for (let n = 0; n < 100; n++) await made()
    const [status, { message }] = await said(
      api.post('/webhooks', { endpoint, events: ['email.sent'] }),
    )
    expect([status, message]).toEqual([422, expect.stringContaining('at most 100')])
  })

  it('that is enabled again, or led elsewhere, is told at once', async () => {
    const id = await made()
    const pause = { at: 0, until: api.clock.now() + hourMs, reason: 'no' }
    await api.postern.standing.pause(webhookStanding(id), 0, pause)
    expect(await api.read(`/v1/webhooks/${id}`)).toMatchObject({
      status: 'enabled',
      failing: { reason: 'no' },
    })
    await api.fetch(`/webhooks/${id}`, {
      method: 'PATCH',
      body: JSON.stringify({ endpoint: 'https://elsewhere.test/new' }),
    })
    expect(await api.read(`/v1/webhooks/${id}`)).toMatchObject({
      endpoint: 'https://elsewhere.test/new',
      failing: null,
    })
  })

  it('is told again of what it did not take since a time', async () => {
    const id = await made()
    site.answer = (_request, answer) => void answer.writeHead(410).end()
    for (let n = 0; n < 3; n++) await api.post(`/v1/webhooks/${id}/test`)
    await tell(id)
    const replay = (body: object) => said(api.post(`/v1/webhooks/${id}/replay`, body))
    const since = new Date(api.clock.now()).toISOString()
    expect(await api.read(`/v1/webhooks/${id}`)).toMatchObject({
      status: 'disabled',
      disabled_reason: 'it answered 410: it is gone',
    })
    expect((await replay({ since }))[0]).toBe(422)
    await api.fetch(`/webhooks/${id}`, {
      method: 'PATCH',
      body: JSON.stringify({ status: 'enabled' }),
    })
    expect(await api.read(`/v1/webhooks/${id}`)).toMatchObject({
      status: 'enabled',
      disabled_reason: null,
    })
    expect((await replay({ since: 'yesterday' }))[0]).toBe(422)
    expect(await replay({ since: new Date(api.clock.now() + 1).toISOString() })).toEqual([
      200,
      { replayed: 0 },
    ])
    expect(await replay({ since })).toEqual([200, { replayed: 3 }])
    site.answer = (_request, answer) => void answer.end()
    await tell(id)
    const { data } = await api.read(`/webhooks/${id}/events`)
    expect(data.map(({ status }) => status)).toEqual(['success', 'success', 'success'])
  })

  it('is its own project’s alone', async () => {
    await api.postern.settings.write(
      { from: { address: 'no-reply@acme.test' }, projects: { shop: {} } },
      {},
      (await api.postern.settings.read()).version,
    )
    await api.postern.inForce.refresh()
    const headers = { 'x-postern-project': 'shop' }
    const [, { id }] = await said(
      api.post('/webhooks', { endpoint, events: ['email.sent'] }, headers),
    )
    expect((await got(id)).project).toBe('shop')
    const other = { headers: { 'x-postern-project': 'default' } }
    for (const path of [`/webhooks/${id}`, `/webhooks/${id}/events`, `/v1/webhooks/${id}`])
      expect((await api.fetch(path, other)).status).toBe(404)
    expect((await (await api.fetch('/webhooks', other)).json()) as object).toMatchObject({
      data: [],
    })
  })
})
