import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { anEmail, holding, openApi, type OpenApi, said, text } from '../open-api.ts'

const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers,
})

describe('every answer', () => {
  it.each(['/', '/emails', '/emails/x', '/v1/captures', '/v1/nothing', '/nothing'])(
    'at %s may not run, be guessed at, cached, or read by another website',
    async (path) => {
      const { headers } = await openApi().fetch(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      // The page is at home here: its links are followed as its own.
      const policy =
        path === '/' ? /^default-src 'none'.*script-src 'self'/ : /^default-src 'none'.*sandbox/
      expect(headers.get('content-security-policy')).toMatch(policy)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.has('access-control-allow-origin')).toBe(false)
      const type = path === '/' ? 'text/html' : 'application/json'
      expect(headers.get('content-type')).toMatch(type)
    },
  )

  it('at an unknown address is a 404 in the dialect of the place', async () => {
    const api = openApi()
    for (const path of ['/domains/claim/x', '/contacts/x', '/%', '/emails/a/b'])
      expect(await said(api.fetch(path))).toEqual([
        404,
        { statusCode: 404, name: 'not_found', message: text },
      ])
    expect(await said(api.fetch('/v1/nothing'))).toEqual([
      404,
      { error: { code: 'not_found', message: text } },
    ])
  })

  it.each([
    ['DELETE', '/emails', 'POST, GET, HEAD'],
    ['PUT', '/emails/x', 'GET, HEAD, PATCH'],
    ['POST', '/v1/queue', 'GET, HEAD'],
  ])('to %s %s says what is possible', async (method, path, allow) => {
    const answer = await openApi().fetch(path, { method })
    expect(answer.headers.get('allow')).toBe(allow)
    const [status, body] = await said(answer)
    expect(status).toBe(405)
    expect(body.name ?? body.error.code).toBe(body.name ? 'not_found' : 'method_not_allowed')
  })

  it('to a preflight gives no leave', async () => {
    const headers = { origin: 'https://evil.test', 'access-control-request-method': 'POST' }
    const answer = await openApi().fetch('/emails', { method: 'OPTIONS', headers })
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  })
})

describe('a body', () => {
  it.each([
    ['that is not JSON', '{"to":', 'not valid JSON'],
    ['that is empty', '', 'Missing `subject` field'],
    ['that is a list', '[]', 'JSON object'],
    ['that is a text', '"x"', 'JSON object'],
    ['that is null', 'null', 'JSON object'],
    ['in UTF-16', Buffer.from(JSON.stringify(anEmail), 'utf16le'), 'JSON'],
    ['in Latin-1', Buffer.from('{"subject":"\xe9"}', 'latin1'), 'UTF-8'],
  ])('%s is refused', async (_, body, words) => {
    const [status, { name, message }] = await said(
      openApi().fetch('/emails', post(body as NonNullable<RequestInit['body']>)),
    )
    expect([status, name]).toEqual(
      body === '' ? [422, 'missing_required_field'] : [400, 'validation_error'],
    )
    expect(message).toContain(words)
    expect(message).not.toContain('{')
  })

  it.each([1_000, 1_000_000])('%i levels deep does no harm', async (levels) => {
    const api = openApi()
    const deep = '['.repeat(levels) + ']'.repeat(levels)
    const body = `${JSON.stringify(anEmail).slice(0, -1)},"x":${deep}}`
    expect((await api.fetch('/emails', post(body))).status).toBe(400)
    expect((await api.fetch('/emails', post(body, { 'idempotency-key': 'k' }))).status).toBe(400)
    expect((await api.fetch('/emails', post(deep))).status).toBe(400)
    expect(api.logged).toEqual([])
  })

  it('with the names of every object in it changes nothing', async () => {
    const api = openApi()
    const rest = JSON.stringify(anEmail).slice(1)
    const body = `{"constructor":1,"hasOwnProperty":2,${rest}`
    expect((await api.fetch('/emails', post(body, { 'idempotency-key': 'k' }))).status).toBe(200)
    for (const key of ['__proto__', '\\u005f_proto__']) {
      const answer = api.fetch('/emails', post(`{"${key}":{"subject":"x","admin":true},${rest}`))
      expect(await said(answer)).toMatchObject([400, { message: holding('__proto__') }])
      const headers = api.fetch('/emails', post(`{"headers":{"${key}":"x"},${rest}`))
      expect((await headers).status).toBe(400)
    }
    expect('admin' in {}).toBe(false)
  })

  it.each([
    ['', '{"to":"a@b.cc","to":"b@c.dd"}', 'to'],
    ['spelled otherwise', '{"to":"a@b.cc", "t\\u006f" : "b@c.dd"}', 'to'],
    ['further in', '{"a":[{},{"b":"\\"","c":{"b":1},"b":2}]}', 'b'],
  ])('with a key twice %s is refused: others may have read the other one', async (_, body, key) => {
    const [status, { message }] = await said(openApi().fetch('/emails', post(body)))
    expect([status, message]).toEqual([400, holding(`twice in one object the key "${key}"`)])
  })

  it('with the same key in different objects, or as a value, is not', async () => {
    const body = JSON.stringify({ ...anEmail, x: [{ to: 1 }, { to: { to: ['to', 'to'] } }, 'to'] })
    expect((await openApi().fetch('/emails', post(body))).status).toBe(200)
  })

  it('that says it is too large is not read at all', async () => {
    const body = endless()
    const init = { ...post(body.stream, { 'content-length': '60000001' }), duplex: 'half' as const }
    const [status, { name }] = await said(openApi().fetch('/emails', init))
    expect([status, name]).toEqual([413, 'validation_error'])
    expect(body.given()).toBeLessThan(200_000)
  })

  it.each([
    ['/emails', 60_000_000],
    ['/v1/emails/01890000-0000-7000-8000-000000000000/release', 1_000_000],
  ])('at %s is read up to %i bytes and no further', async (path, limit) => {
    const body = endless()
    const answer = await openApi().fetch(path, { ...post(body.stream), duplex: 'half' })
    const [status, said413] = await said(answer)
    expect([status, said413.name ?? said413.error.code]).toEqual([413, 'validation_error'])
    expect(body.given()).toBeGreaterThan(limit)
    expect(body.given()).toBeLessThan(limit + 200_000)
    expect(body.canceled()).toBe(true)
  })

  it('that ends early is refused', async () => {
    const api = openApi()
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from('{"to":'))
        controller.error(new Error('reset'))
      },
    })
    const answer = await api.fetch('/emails', { ...post(stream), duplex: 'half' })
    expect((await said(answer))[1]).toMatchObject({ statusCode: 400, name: 'validation_error' })
    expect(api.logged).toEqual([])
  })
})

describe('trouble on our side', () => {
  /** Asks for an email that cannot be kept because of this. */
  const trouble = ({ postern, post }: OpenApi, error: Error) => {
    Object.assign(postern.intake, { put: () => Promise.reject(error) })
    return said(post('/emails', { ...anEmail, subject: 'Private' }))
  }

  it.each([
    ['a full database', sqliteFull(), 507, 'full'],
    ['a database that may not be written', sqliteReadOnly(), 503, 'read-only'],
    ['a full disk', Object.assign(new Error('write'), { code: 'ENOSPC' }), 507, 'full'],
    ['a disk that may not be written', Object.assign(new Error(), { code: 'EROFS' }), 503, 'only'],
  ])('such as %s is told apart and accepts nothing', async (_, cause, statusCode, words) => {
    const api = openApi()
    expect(await trouble(api, new Error('not kept', { cause }))).toEqual([
      statusCode,
      {
        statusCode,
        name: 'application_error',
        message: expect.stringMatching(`${words}.*nothing was accepted`) as unknown,
      },
    ])
    expect(api.logged).toHaveLength(1)
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(0)
  })

  it('is logged once, without what the error says, and answered without it', async () => {
    const api = openApi()
    const error = Object.assign(new TypeError('b@example.com re_secret'), { code: 'EBAD' })
    const [status, body] = await trouble(api, error)
    expect([status, body.name]).toEqual([500, 'application_error'])
    expect(api.logged).toEqual([
      {
        level: 'error',
        what: 'request failed',
        route: 'POST /emails',
        name: 'TypeError',
        code: 'EBAD',
        at: expect.any(Array) as unknown,
      },
    ])
    expect(JSON.stringify([body, api.logged])).not.toMatch(/b@example|re_secret|Private/)
  })
})

/** What SQLite itself throws when it may not grow any more. */
function sqliteFull(): Error {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (x); PRAGMA max_page_count = 2')
  return thrownBy(() => db.exec('INSERT INTO t VALUES (zeroblob(100000))'))
}

function sqliteReadOnly(): Error {
  const directory = mkdtempSync(join(tmpdir(), 'postern-read-only-'))
  const file = join(directory, 'db')
  new DatabaseSync(file).close()
  const db = new DatabaseSync(file, { readOnly: true })
  const error = thrownBy(() => db.exec('CREATE TABLE t (x)'))
  db.close()
  rmSync(directory, { recursive: true })
  return error
}

function thrownBy(work: () => void): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

/** A body without end, and how much of it was taken. */
function endless() {
  let given = 0
  let canceled = false
  const stream = new ReadableStream(
    {
      pull(controller) {
        given += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(0x20))
      },
      cancel() {
        canceled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, given: () => given, canceled: () => canceled }
}
