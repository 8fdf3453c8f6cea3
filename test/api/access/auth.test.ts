import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import type { ApiKey } from '../../../mail/ports/keys.ts'
import { anEmail, holding, openApi, type OpenApi, said, text } from '../open-api.ts'

const token = 're_secret'
const bearer = { authorization: `Bearer ${token}` }

async function createKey({ postern }: OpenApi, part: Partial<ApiKey> = {}): Promise<ApiKey> {
  const key: ApiKey = {
    id: newId(postern.clock.now()),
    name: 'test',
    ...keyOf(token),
    permission: 'full_access',
    project: '*',
    capture: false,
    createdAt: postern.clock.now(),
    ...part,
  }
  await postern.keys.create(key)
  return key
}

function keyOf(secret: string): Pick<ApiKey, 'hash'> {
  return { hash: createHash('sha256').update(secret).digest('hex') }
}

describe('without any key', () => {
  it.each([{}, bearer, { authorization: 'Basic eDp5' }])(
    'open access lets %o in',
    async (headers) => {
      expect((await openApi().post('/emails', anEmail, headers)).status).toBe(200)
    },
  )

  it('lets no caller in without a key where keys are required', async () => {
    const api = openApi({ access: 'keys' })
    const answer = await api.post('/emails', anEmail)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(await said(answer)).toEqual([
      401,
      { statusCode: 401, name: 'missing_api_key', message: text },
    ])
    expect((await said(api.fetch('/v1/queue')))[1].error.code).toBe('missing_api_key')
    expect((await said(api.post('/emails', anEmail, bearer)))[1]).toMatchObject({
      statusCode: 403,
      name: 'validation_error',
    })
  })
})

describe('with a key', () => {
  it('closes open access at once', async () => {
    const api = openApi()
    expect((await api.post('/emails', anEmail)).status).toBe(200)
    await createKey(api)
    expect((await api.post('/emails', anEmail)).status).toBe(401)
    expect((await api.post('/emails', anEmail, bearer)).status).toBe(200)
  })

  it('gives its emails to the key, bound to its domain and captured when it says so', async () => {
    const api = openApi({ access: 'keys', defaults: { engine: 'smtp' } })
    const key = await createKey(api, { domain: 'acme.test', capture: true })
    const id = await api.send(anEmail, bearer)
    expect(await api.postern.emails.get(id, '*')).toMatchObject({ owner: key.id, capture: true })
    const foreign = { ...anEmail, from: 'a@other.test' }
    expect((await said(api.post('/emails', foreign, bearer)))[1]).toMatchObject({
      statusCode: 403,
      name: 'validation_error',
      message: holding('acme.test'),
    })
  })

  it('that may only send can do nothing else', async () => {
    const api = openApi()
    await createKey(api, { permission: 'sending_access' })
    const id = await api.send(anEmail, bearer)
    expect(await said(api.fetch(`/emails/${id}`, { headers: bearer }))).toEqual([
      401,
      {
        statusCode: 401,
        name: 'restricted_api_key',
        message: 'This API key is restricted to only send emails',
      },
    ])
    for (const path of ['/v1/captures', '/v1/settings', `/v1/emails/${id}`]) {
      const [status, { error }] = await said(api.fetch(path, { headers: bearer }))
      expect([status, error.code]).toEqual([401, 'restricted_api_key'])
    }
  })

  it('is out within 15 seconds of being revoked', async () => {
    const api = openApi({ access: 'keys' })
    const key = await createKey(api)
    expect((await api.fetch('/v1/queue', { headers: bearer })).status).toBe(200)
    await api.postern.keys.revoke(key.id, '*')
    await api.clock.advance(15_000)
    expect((await api.fetch('/v1/queue', { headers: bearer })).status).toBe(403)
  })

  it('has its last use noted, at most once a minute', async () => {
    const api = openApi({ access: 'keys' })
    await createKey(api)
    const use = async () => {
      await api.fetch('/v1/queue', { headers: bearer })
      return (await api.postern.keys.list('*'))[0]!.lastUsedAt
    }
    const start = api.clock.now()
    expect(await use()).toBe(start)
    await api.clock.advance(59_000)
    expect(await use()).toBe(start)
    await api.clock.advance(1_000)
    expect(await use()).toBe(start + 60_000)
  })
})

describe('GET /v1/health', () => {
  it('tells strangers, and keys that may only send, nothing but whether mail works', async () => {
    const api = openApi()
    await createKey(api)
    expect(await api.read('/v1/health')).toEqual({ status: 'ok', mailer: { valid: true } })
    await createKey(api, { permission: 'sending_access', ...keyOf('re_sender') })
    const sender = { authorization: 'Bearer re_sender' }
    expect(await (await api.fetch('/v1/health', { headers: sender })).json()).toEqual({
      status: 'ok',
      mailer: { valid: true },
    })
    const [status, whole] = await said(api.fetch('/v1/health', { headers: bearer }))
    expect(status).toBe(200)
    expect(whole).toMatchObject({
      status: 'ok',
      mailer: { engine: ['noop'], valid: true },
      queue: { depth: 0 },
      settings: { faults: [] },
      postern: '1.2.3',
    })
  })
})

describe('what another website makes a browser do', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.test' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost' }, 200],
    [{}, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }, 200],
  ])('without keys: %o is answered %i', async (headers, status) => {
    const api = openApi()
    const asText = { 'content-type': 'text/plain', ...(headers as Record<string, string>) }
    expect((await api.post('/emails', anEmail, asText)).status).toBe(status)
    for (const path of ['/v1/captures', '/v1/health', '/emails'])
      expect([path, (await api.fetch(path, { headers: asText })).status]).toEqual([path, status])
  })

  it('reads nothing for it, so that no time tells what is there', async () => {
    const api = openApi()
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' } }
    const answer = await openApi().fetch('/v1/captures?wait=20', foreign)
    api.postern.close()
    // A store that is closed cannot have been asked.
    const same = await api.fetch('/v1/captures?wait=20', foreign)
    expect([same.status, await same.text()]).toEqual([403, await answer.text()])
  })

  it('shows it what is the same for all: the console and the description of the API', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    for (const path of ['/', '/v1/openapi.json'])
      expect((await openApi().fetch(path, { headers })).status).toBe(200)
  })

  it('does not mind where a page is from that brings a key', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', authorization: 'Bearer re_any' }
    expect((await openApi().fetch('/v1/captures', { headers })).status).toBe(200)
  })

  it.each([
    ['localhost:8025', 200],
    ['LOCALHOST', 200],
    ['127.0.0.1:8025', 200],
    ['[::1]:8025', 200],
    ['evil.test', 403],
    ['localhost.evil.test:8025', 403],
  ])('under the name %s is answered %i', async (host, status) => {
    const api = openApi({ hosts: ['localhost', '127.0.0.1', '[::1]'] })
    for (const path of ['/', '/v1/captures', '/emails'])
      expect((await api.fetch(path, { headers: { host } })).status).toBe(status)
  })

  it.each([
    ['127.0.0.1:8025', 'mail.example.com', 200],
    ['127.0.0.1:8025', 'evil.test', 403],
    // A page of another name, in a browser on the machine of the proxy.
    ['evil.test:8025', 'mail.example.com', 403],
  ])('under the name %s, forwarded from %s, is answered %i', async (host, from, status) => {
    const api = openApi({ hosts: ['127.0.0.1', 'mail.example.com'] })
    const answer = await api.fetch('/emails', { headers: { host, 'x-forwarded-host': from } })
    expect(answer.status).toBe(status)
  })
})
