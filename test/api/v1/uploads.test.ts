import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { anEmail, holding, openApi, said, text, type Json, type OpenApi } from '../open-api.ts'

const bytes = randomBytes(200_000)
const wish = { filename: 'réport.pdf', size: bytes.length, content_type: 'application/pdf' }

interface Place extends Json {
  readonly url: string
  readonly headers: Record<string, string>
}

async function announce(api: OpenApi, body: object = wish, headers?: Record<string, string>) {
  const [status, place] = await said(api.post('/v1/uploads', body, headers))
  return { status, place: place as Place }
}

/** What any HTTP client does with the answer: no key, just what was said. */
function put(api: OpenApi, { url, headers }: Place, body: Uint8Array = bytes) {
  return said(api.fetch(url, { method: 'PUT', headers, body: Uint8Array.from(body) }))
}

async function uploaded(
  api: OpenApi,
  body?: object,
  headers?: Record<string, string>,
  sent: Uint8Array = bytes,
) {
  const { place } = await announce(api, body, headers)
  expect((await put(api, place, sent))[0]).toBe(200)
  return place.id
}

async function keyed(api: OpenApi, body: object = {}, as?: Record<string, string>) {
  const [, { id, token }] = await said(api.post('/api-keys', { name: 'k', ...body }, as))
  return { id, headers: { authorization: `Bearer ${token as string}` } }
}

/** The one attachment of an email, with its bytes. */
async function attached(api: OpenApi, id: string) {
  const { data } = await api.read(`/emails/${id}/attachments`)
  const answer = await api.fetch(data[0]!['download_url'] as string)
  return { ...data[0], bytes: Buffer.from(await answer.arrayBuffer()) }
}

describe('POST /v1/uploads', () => {
  it('says where the bytes go, how, and until when', async () => {
    const { status, place } = await announce(openApi())
    expect([status, place]).toEqual([
      201,
      {
        id: text,
        url: expect.stringMatching(/^http:\/\/.*\/v1\/uploads\//) as string,
        headers: { 'content-type': 'application/pdf' },
        expires_at: '2026-01-01T01:00:00.000Z',
      },
    ])
  })

  it.each([
    ['no size', { size: undefined }, 422, 'size'],
    ['an empty one', { size: 0 }, 422, 'size'],
    ['no type', { content_type: undefined }, 422, 'content_type'],
    ['a type that ends a line', { content_type: 'a/b\r\nx: y' }, 422, 'content_type'],
    ['a name of two lines', { filename: 'a\nb' }, 422, 'filename'],
    ['more than fits into an email', { size: 30_000_000 }, 413, 'size'],
  ])('refuses %s', async (_, change, status, path) => {
    const { status: got, place } = await announce(openApi(), { ...wish, ...change })
    expect([got, place.error]).toMatchObject([status, { errors: [{ path }] }])
  })

  it('is there for a key that may only send, and for no caller without one', async () => {
    const api = openApi()
    const admin = await keyed(api)
    const sender = await keyed(api, { permission: 'sending_access' }, admin.headers)
    expect((await announce(api, wish, sender.headers)).status).toBe(201)
    expect((await announce(api)).status).toBe(401)
  })
})

describe('PUT /v1/uploads/{id}', () => {
  it('needs the link that was given, whole, of the same upload, in time', async () => {
    const api = openApi()
    const { headers } = await keyed(api)
    const { place } = await announce(api, wish, headers)
    const { place: other } = await announce(api, wish, headers)
    const swapped = place.url.replace(place.id, other.id)
    for (const url of [place.url.replace(/\?.*/, ''), swapped, place.url.replace(/..$/, 'xx')])
      expect((await put(api, { ...place, url }))[0]).toBe(403)
    expect((await put(api, place))[0]).toBe(200)
    await api.clock.advance(3_600_000)
    expect((await put(api, place))[0]).toBe(403)
  })

  it('takes exactly as many bytes as were announced', async () => {
    const api = openApi()
    const { place } = await announce(api)
    expect((await put(api, place, bytes.subarray(1)))[0]).toBe(404)
    expect((await put(api, place, Buffer.alloc(30_000_001)))[0]).toBe(413)
    expect((await put(api, place))[0]).toBe(200)
  })
})

describe('an attachment that was uploaded', () => {
  it('arrives byte for byte, with the name and type it was announced with', async () => {
    const api = openApi()
    const upload = await uploaded(api)
    const id = await api.send({ ...anEmail, attachments: [{ upload }] })
    const file = await attached(api, id)
    expect(file).toMatchObject({ filename: 'réport.pdf', content_type: 'application/pdf' })
    expect(file.bytes.equals(bytes)).toBe(true)
    expect((await api.postern.emails.get(id, '*'))!.size).toBeGreaterThan(bytes.length)
  })

  it('can be used whatever its size: the largest leaves room for words', async () => {
    const api = openApi()
    const size = api.postern.uploads.limits.bytes
    const { place } = await announce(api, { ...wish, size })
    expect((await put(api, place, Buffer.alloc(size)))[0]).toBe(200)
    const words = { html: '<p>Hello</p>'.repeat(4_000), text: 'Hello '.repeat(4_000) }
    const id = await api.send({ ...anEmail, ...words, attachments: [{ upload: place.id }] })
    expect(await api.postern.emails.get(id, '*')).toMatchObject({ state: 'queued' })
  })

  it('may be named otherwise, shown in place, and used again', async () => {
    const api = openApi()
    const upload = await uploaded(api)
    const attachment = { upload, filename: 'logo.png', content_id: 'logo' }
    const html = '<img src="cid:logo">'
    for (let time = 0; time < 2; time++) {
      const id = await api.send({ ...anEmail, html, attachments: [attachment] })
      expect(await attached(api, id)).toMatchObject({
        filename: 'logo.png',
        content_type: 'image/png',
        content_disposition: 'inline',
        size: bytes.length,
      })
    }
  })

  it('stands where it was listed, among others', async () => {
    const api = openApi()
    const [one, three] = ['1', '3'].map((n) => ({ filename: `${n}.txt`, content: 'aGVsbG8=' }))
    const upload = await uploaded(api)
    const id = await api.send({ ...anEmail, attachments: [one, { upload }, three] })
    const { data } = await api.read(`/emails/${id}/attachments`)
    expect(data.map(({ filename }) => filename)).toEqual(['1.txt', 'réport.pdf', '3.txt'])
  })

  it("comes along in SendGrid's dialect and in a batch", async () => {
    const api = openApi()
    const upload = await uploaded(api)
    const answer = await api.post('/v3/mail/send', {
      personalizations: [{ to: [{ email: 'b@example.com' }] }],
      from: { email: 'a@acme.test' },
      subject: 'Hi',
      content: [{ type: 'text/plain', value: 'Hello' }],
      attachments: [{ upload, filename: 'r.pdf' }],
    })
    expect(answer.status).toBe(202)
    const sent = await attached(api, answer.headers.get('x-message-id')!)
    expect(sent.bytes.equals(bytes)).toBe(true)
    const email = { ...anEmail, attachments: [{ upload }] }
    const [, { data }] = await said(api.post('/emails/batch', [anEmail, email]))
    expect((await attached(api, data[1]!.id)).bytes.equals(bytes)).toBe(true)
  })

  it('is refused while it has not come, when it is of another key, and when it has expired', async () => {
    const api = openApi()
    const admin = await keyed(api)
    const other = await keyed(api, {}, admin.headers)
    const email = (upload: string) => ({ ...anEmail, attachments: [{ upload }] })
    const refused = async (upload: string, headers: Record<string, string>) => {
      const [status, { name, message }] = await said(api.post('/emails', email(upload), headers))
      expect([status, name, message]).toEqual([
        422,
        'invalid_attachment',
        holding('attachments.0.upload'),
      ])
    }
    const { place } = await announce(api, wish, admin.headers)
    await refused(place.id, admin.headers)
    await put(api, place)
    await refused(place.id, other.headers)
    const good = await api.post('/emails', email(place.id), admin.headers)
    expect(good.status).toBe(200)
    await api.clock.advance(3_600_000)
    await refused(place.id, admin.headers)
    await refused(crypto.randomUUID(), admin.headers)
    for (const upload of ['x', 5, {}]) await refused(upload as string, admin.headers)
    expect((await api.postern.emails.list({ scope: '*', limit: 9 })).data).toHaveLength(1)
  })

  it('is not asked for again by a replay, which has its answer also when it has expired', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'k' }
    const upload = await uploaded(api)
    const email = { ...anEmail, attachments: [{ upload }] }
    const id = await api.send(email, key)
    await api.clock.advance(3_600_000)
    expect(await api.send(email, key)).toBe(id)
    const once = { 'idempotency-key': 'b' }
    const again = await uploaded(api)
    const batch = [{ ...anEmail, attachments: [{ upload: again }] }]
    const first = await said(api.post('/emails/batch', batch, once))
    expect(first[0]).toBe(200)
    await api.clock.advance(3_600_000)
    expect(await said(api.post('/emails/batch', batch, once))).toEqual(first)
  })

  it('counts against the 40 MB of an email, and of a batch', async () => {
    const api = openApi()
    const large = randomBytes(20_000_000)
    const { place } = await announce(api, { ...wish, size: large.length })
    await put(api, place, large)
    const one = { ...anEmail, attachments: [{ upload: place.id }] }
    const two = { ...anEmail, attachments: [{ upload: place.id }, { upload: place.id }] }
    expect((await said(api.post('/emails', one)))[0]).toBe(200)
    expect((await said(api.post('/emails', two)))[0]).toBe(413)
    expect((await said(api.post('/emails/batch', [one, one])))[0]).toBe(413)
  })

  it('is told to come back where there is no memory for it, and is accepted later', async () => {
    const api = openApi()
    const id = await uploaded(api, { ...wish, size: 900_000 }, undefined, randomBytes(900_000))
    const { room } = api.postern
    const stay = room.enter('another', room.mostBytes - 1_000_000)!
    const email = { ...anEmail, attachments: [{ upload: id, filename: 'a' }] }
    const keyed = { 'idempotency-key': 'once' }
    for (const [path, body] of [
      ['/emails', email],
      ['/emails/batch', [email]],
    ] as const) {
      const answer = await api.post(path, body, keyed)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    }
    expect(api.logged).toEqual([])
    stay.leave()
    expect((await api.post('/emails', email, keyed)).status).toBe(200)
    expect(room.enter('one', room.mostBytes)).toBeDefined()
  })
})
