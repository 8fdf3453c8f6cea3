import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resend } from 'resend'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { startWorker } from '../../../backends/local/worker.ts'
import { startPostern } from '../../../machine/start.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { temporaryDirectory } from '../../cli/temporary-directory.ts'
import { openPostern, scriptedEngine } from '../../open-postern.ts'
import { anEmail, holding, openApi, said, text, type Json, type OpenApi } from '../open-api.ts'

interface Made {
  readonly id: string
  readonly token: string
}

const nobody = '00000000-0000-7000-8000-000000000000'

/** The API with a first key, and what that key asks for. */
async function guardedApi() {
  const api = openApi()
  const { id, token } = await made(api.post('/api-keys', { name: 'first' }))
  const headers = bearer(token)
  return {
    ...api,
    id,
    headers,
    create: (body: object) => made(api.post('/api-keys', body, headers)),
    ask: (method: string, path: string, body?: object) =>
      said(api.fetch(path, { method, headers, body: body && JSON.stringify(body) })),
  }
}

async function made(answer: Promise<Response>): Promise<Made> {
  const [status, body] = await said(answer)
  expect(status).toBe(201)
  return body as unknown as Made
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}

async function statusOf(api: Pick<OpenApi, 'fetch'>, token: string): Promise<number> {
  return (await api.fetch('/v1/queue', { headers: bearer(token) })).status
}

describe('POST /api-keys', () => {
  it('answers the id and the token, and closes open access at once', async () => {
    const api = openApi()
    const answer = await api.post('/api-keys', { name: 'me' })
    const warning = holding('from now on Postern requires one')
    expect(await said(answer)).toEqual([201, { id: text, token: holding('re_'), warning }])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await api.post('/emails', anEmail)).status).toBe(401)
    expect((await api.post('/api-keys', { name: 'other' })).status).toBe(401)
  })

  it('wants full access for the first key, which would lock every caller out otherwise', async () => {
    const api = openApi()
    const asked = api.post('/api-keys', { name: 'app', permission: 'sending_access' })
    expect(await said(asked)).toEqual([
      422,
      { statusCode: 422, name: 'validation_error', message: holding('full_access') },
    ])
    expect((await api.post('/emails', anEmail)).status).toBe(200)
  })

  it('is refused to keys that may only send', async () => {
    const api = await guardedApi()
    const { token } = await api.create({ name: 'app', permission: 'sending_access' })
    const headers = bearer(token)
    for (const [method, path] of [
      ['POST', '/api-keys'],
      ['GET', '/api-keys'],
      ['PATCH', `/api-keys/${api.id}`],
      ['DELETE', `/api-keys/${api.id}`],
    ])
      expect((await said(api.fetch(path!, { method, headers })))[1].name).toBe('restricted_api_key')
  })

  it.each([
    [{}, 'missing_required_field', 'Missing `name` field.'],
    [{ permission: 'admin' }, 'missing_required_field', holding('`permission`')],
    [{ name: 'x'.repeat(51) }, 'validation_error', holding('`name`')],
    [{ name: 'x', permission: 'admin' }, 'validation_error', holding('sending_access')],
    [{ name: 'x', domain_id: 'd1' }, 'validation_error', holding('`domain`')],
    [{ name: 'x', domain: 'acme.test' }, 'validation_error', holding('sending_access')],
  ])('refuses %o as %s', async (body, name, message) => {
    const api = await guardedApi()
    expect(await api.ask('POST', '/api-keys', body)).toEqual([
      422,
      { statusCode: 422, name, message },
    ])
    expect(await api.postern.keys.list('*')).toHaveLength(1)
  })

  it('leaves no token on disk, in a list or in the log', async () => {
    const api = await guardedApi()
    const { token } = await api.create({ name: 'app' })
    const files = readdirSync(api.directory).map((file) => readFileSync(join(api.directory, file)))
    expect(files.some((bytes) => bytes.includes('full_access'))).toBe(true)
    expect(files.some((bytes) => bytes.includes(token.slice(3)))).toBe(false)
    expect(JSON.stringify((await api.ask('GET', '/api-keys'))[1])).not.toContain(token.slice(3))
    expect(api.logged).toEqual([])
  })
})

describe('GET /api-keys', () => {
  it('shows every part of a key but its token, and when it was last used', async () => {
    const api = await guardedApi()
    const scope = { permission: 'sending_access', domain: 'Acme.Test', capture: true }
    const { id, token } = await api.create({ name: 'app', ...scope })
    const item = {
      ...{ id, name: 'app', created_at: new Date(api.clock.now()).toISOString() },
      ...{ last_used_at: null, project: 'default', ...scope, domain: 'acme.test', stream: null },
    }
    const first: unknown = expect.objectContaining({ id: api.id, domain: null, capture: false })
    expect(await api.ask('GET', '/api-keys')).toEqual([
      200,
      { object: 'list', has_more: false, data: [item, first] },
    ])
    await api.clock.advance(1_000)
    await api.send(anEmail, bearer(token))
    const [, { data }] = await api.ask('GET', '/api-keys')
    expect(data[0]).toEqual({ ...item, last_used_at: new Date(api.clock.now()).toISOString() })
  })

  it('goes page by page in both directions', async () => {
    const api = await guardedApi()
    const ids = [api.id]
    for (const name of ['b', 'c', 'd', 'e']) ids.unshift((await api.create({ name })).id)
    const page = async (query: string) => {
      const [, body] = await api.ask('GET', `/api-keys?${query}`)
      return [body.data.map(({ id }) => id), body['has_more']]
    }
    expect(await page('')).toEqual([ids, false])
    expect(await page('limit=2')).toEqual([ids.slice(0, 2), true])
    expect(await page(`limit=2&after=${ids[1]}`)).toEqual([ids.slice(2, 4), true])
    expect(await page(`limit=2&after=${ids[3]}`)).toEqual([ids.slice(4), false])
    expect(await page(`limit=2&before=${ids[3]}`)).toEqual([ids.slice(1, 3), true])
    expect(await page(`limit=2&before=${ids[2]}`)).toEqual([ids.slice(0, 2), false])
    expect((await api.ask('GET', '/api-keys?limit=0'))[1].name).toBe('validation_error')
  })
})

describe('PATCH /api-keys/{id}', () => {
  it('renames a key and leaves the rest', async () => {
    const api = await guardedApi()
    const path = `/api-keys/${api.id}`
    expect(await api.ask('PATCH', path, { name: 'mine' })).toEqual([
      200,
      { object: 'api_key', id: api.id },
    ])
    expect(await api.postern.keys.list('*')).toMatchObject([{ name: 'mine', capture: false }])
    expect((await api.ask('PATCH', path, {}))[1].message).toBe('Missing `name` field.')
    expect((await api.ask('PATCH', path, { name: 'a\nb' }))[0]).toBe(422)
  })
})

describe('DELETE /api-keys/{id}', () => {
  it('revokes a key that was used just now at once', async () => {
    const api = await guardedApi()
    const { id, token } = await api.create({ name: 'other' })
    expect(await statusOf(api, token)).toBe(200)
    expect(await api.ask('DELETE', `/api-keys/${id}`)).toEqual([
      200,
      { object: 'api_key', id, deleted: true },
    ])
    expect(await statusOf(api, token)).toBe(403)
    expect((await api.ask('DELETE', `/api-keys/${id}`))[0]).toBe(404)
  })

  it('is known to other processes within 10 s, however much the key is used there', async () => {
    const api = await guardedApi()
    const { id, token } = await api.create({ name: 'other' })
    const hostFacts = async () => ({ kind: 'machine' as const })
    const app = createApp(api.postern, { access: 'keys', version: '1', hostFacts })
    const elsewhere = { fetch: async (path: string, init?: RequestInit) => app.request(path, init) }
    await statusOf(elsewhere, token)
    await api.clock.advance(55_000)
    expect(await statusOf(elsewhere, token)).toBe(200)
    await api.ask('DELETE', `/api-keys/${id}`)
    // Its last use is noted again after a minute, which must not make it any fresher.
    await api.clock.advance(6_000)
    await statusOf(elsewhere, token)
    await api.clock.advance(4_000)
    expect(await statusOf(elsewhere, token)).toBe(403)
  })

  it('refuses also the key that was being looked up meanwhile', async () => {
    const api = await guardedApi()
    const { id, token } = await api.create({ name: 'other' })
    const { keys } = api.postern
    let found = () => {}
    const held = new Promise<void>((resolve) => (found = resolve))
    const slow = {
      ...keys,
      findByHash: async (hash: string) => {
        const key = await keys.findByHash(hash)
        if (key?.id === id) await held
        return key
      },
    }
    const hostFacts = async () => ({ kind: 'machine' as const })
    const postern = { ...api.postern, keys: slow }
    const app = createApp(postern, { access: 'keys', version: '1', hostFacts })
    const late = app.request('/v1/queue', { headers: bearer(token) })
    const path = `/api-keys/${id}`
    const revoked = await app.request(path, { method: 'DELETE', headers: api.headers })
    expect(revoked.status).toBe(200)
    found()
    expect((await late).status).toBe(403)
    expect((await app.request('/v1/queue', { headers: bearer(token) })).status).toBe(403)
  })

  it('keeps the last key with full access while there are others, which could not be managed', async () => {
    const api = await guardedApi()
    const other = await api.create({ name: 'app', permission: 'sending_access' })
    const own = `/api-keys/${api.id}`
    expect(await api.ask('DELETE', own)).toEqual([
      422,
      { statusCode: 422, name: 'validation_error', message: holding('last key') },
    ])
    expect((await api.ask('DELETE', `/api-keys/${other.id}`))[0]).toBe(200)
    expect((await api.ask('DELETE', own))[0]).toBe(200)
  })
})

it.each(['PATCH', 'DELETE'])('%s says so when there is no such key', async (method) => {
  const api = await guardedApi()
  expect(await api.ask(method, `/api-keys/${nobody}`, { name: 'x' })).toEqual([
    404,
    { statusCode: 404, name: 'not_found', message: 'API key not found' },
  ])
  expect((await api.ask(method, '/api-keys/x', { name: 'x' }))[1].name).toBe('validation_error')
})

describe('a key', () => {
  it('is also let in with SG. in place of re_, and with nothing else', async () => {
    const api = await guardedApi()
    const { token } = await api.create({ name: 'app' })
    expect(await statusOf(api, token.replace(/^re_/, 'SG.'))).toBe(200)
    for (const wrong of [token.slice(3), token.replace(/^re_/, 'sg.'), `${token}x`, 'SG.', 're_'])
      expect(await statusOf(api, wrong)).toBe(403)
  })

  it('of one domain sends from no other', async () => {
    const api = await guardedApi()
    const scope = { permission: 'sending_access', domain: 'acme.test' }
    const { token } = await api.create({ name: 'app', ...scope })
    const from = (address: string) =>
      said(api.post('/emails', { ...anEmail, from: address }, bearer(token)))
    expect((await from('Ann <a@ACME.test>'))[0]).toBe(200)
    for (const other of ['a@other.test', 'a@sub.acme.test', 'a@notacme.test'])
      expect(await from(other)).toEqual([
        403,
        { statusCode: 403, name: 'validation_error', message: holding('acme.test') },
      ])
  })

  it('made to capture never sends, whatever the engine is', async () => {
    const smtp = scriptedEngine('smtp', () => ({ kind: 'sent' }))
    const engines = { smtp: smtp.engine }
    const test = await openPostern({ engines, settings: { engine: 'smtp' } })
    onTestFinished(() => test.close())
    const { postern, backend, clock } = test
    const hostFacts = async () => ({ kind: 'machine' as const })
    const app = createApp(postern, { access: 'open', version: '1', hostFacts })
    const post = async (path: string, body: object, headers = {}): Promise<Json> => {
      const init = { method: 'POST', body: JSON.stringify(body), headers }
      return (await app.request(path, init)).json() as Promise<Json>
    }
    const make = async (body: object, headers = {}) =>
      bearer(((await post('/api-keys', body, headers)) as unknown as Made).token)
    const full = await make({ name: 'me' })
    const capturing = await make({ name: 'tests', capture: true }, full)
    expect(await post('/api-keys', { name: 'out' }, capturing)).toMatchObject({
      statusCode: 403,
      message: holding('only makes keys with `capture`'),
    })
    await make({ name: 'more tests', capture: true }, capturing)
    const both = ['captured@there.test', 'sent@there.test']
    const [kept, left] = [
      await post('/emails', { ...anEmail, to: both[0] }, capturing),
      await post('/emails', { ...anEmail, to: both[1] }, full),
    ]
    const settled = both.length
    await new Promise<void>((resolve, reject) => {
      let done = 0
      const worker = startWorker({
        queue: backend.queue,
        clock,
        deliver: async (job, stop) => {
          const disposition = await deliver(postern, job, stop)
          if (++done === settled) resolve()
          return disposition
        },
        onError: reject,
      })
      onTestFinished(() => worker.stop())
    })
    expect(await postern.emails.get(kept.id, '*')).toMatchObject({ state: 'captured' })
    expect(await postern.emails.get(left.id, '*')).toMatchObject({ state: 'sent' })
    expect(smtp.parcels.map(({ envelope }) => envelope.to)).toEqual([[both[1]]])
    const captures = await postern.captures.list({ scope: '*', limit: 10 })
    expect(captures.data.map(({ to }) => to)).toEqual([[both[0]]])
  })
})

describe("Resend's own SDK", () => {
  it('makes, lists, renames and removes keys', async () => {
    const { url, stop } = await startPostern({ directory: temporaryDirectory(), port: 0, env: {} })
    onTestFinished(stop)
    const open = new Resend('re_any', { baseUrl: url })
    const first = await open.apiKeys.create({ name: 'me' })
    expect(first.error).toBeNull()
    expect((await open.apiKeys.list()).error).toMatchObject({ name: 'validation_error' })

    const resend = new Resend(first.data!.token, { baseUrl: url })
    const app = await resend.apiKeys.create({ name: 'app', permission: 'sending_access' })
    await resend.apiKeys.update(app.data!.id, { name: 'shop' })
    const { data: list } = await resend.apiKeys.list({ limit: 1 })
    expect(list).toMatchObject({ has_more: true, data: [{ id: app.data!.id, name: 'shop' }] })

    const sender = new Resend(app.data!.token, { baseUrl: url })
    expect((await sender.emails.send(anEmail)).error).toBeNull()
    expect((await sender.apiKeys.list()).error).toMatchObject({ name: 'restricted_api_key' })
    const removed = await resend.apiKeys.remove(app.data!.id)
    expect(removed.data).toEqual({ object: 'api_key', id: app.data!.id, deleted: true })
    expect((await sender.emails.send(anEmail)).error).toMatchObject({ name: 'validation_error' })
    expect((await resend.apiKeys.remove(app.data!.id)).error).toMatchObject({ name: 'not_found' })
  })
})
