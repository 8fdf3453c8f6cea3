import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { anEmail, openApi, said, text, type OpenApi } from '../open-api.ts'

const MB = 1_000_000

/** Of the gigabyte of heap that the tests have, a sixth is for contents. */
async function fill({ postern: { room } }: OpenApi, left: number) {
  return room.enter('another caller', room.mostBytes - left)!
}

const large = { ...anEmail, text: 'x'.repeat(2 * MB) }

/** In chunks, without saying how much. */
function inChunks(body: Uint8Array): RequestInit & { duplex: 'half' } {
  const headers = { 'transfer-encoding': 'chunked' }
  return {
    method: 'POST',
    duplex: 'half',
    headers,
    body: new Blob([new Uint8Array(body)]).stream(),
  }
}

describe('a body for which there is no memory', () => {
  it('is refused with the time to come back, in the dialect of the caller', async () => {
    const api = openApi()
    const stay = await fill(api, MB / 2)
    const answer = await api.post('/emails', large)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toEqual({
      statusCode: 503,
      name: 'application_error',
      message: text,
    })
    const v3 = await api.post('/v3/mail/send', large)
    expect(v3.headers.get('retry-after')).toBe('5')
    expect(await said(v3)).toEqual([503, { errors: [{ message: text, field: null, help: null }] }])
    const own = await api.fetch('/v1/settings', { method: 'PUT', body: 'x'.repeat(0.9 * MB) })
    expect(await said(own)).toEqual([503, { error: { code: 'application_error', message: text } }])
    expect((await api.read('/v1/captures')).data).toEqual([])
    stay.leave()
    expect((await api.post('/emails', large)).status).toBe(200)
  })

  it('is refused by the size that it announces, before any of it came', async () => {
    const api = openApi()
    const stay = await fill(api, MB / 2)
    const { promise: never } = Promise.withResolvers<void>()
    const body = new ReadableStream({ start: (sink) => sink.close(), pull: () => never })
    const headers = { 'content-length': String(2 * MB) }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    expect((await api.fetch('/emails', init)).status).toBe(503)
    stay.leave()
  })

  it('holds up no small one', async () => {
    const api = openApi()
    await fill(api, 0)
    for (let i = 0; i < 20; i++) expect((await api.post('/emails', anEmail)).status).toBe(200)
  })

  it.each([
    ['that does not say how large it is', (body: Buffer) => inChunks(body)],
    [
      'that is larger than it comes',
      (body: Buffer) => ({
        method: 'POST',
        headers: { 'content-encoding': 'gzip' },
        body: new Uint8Array(gzipSync(body)),
      }),
    ],
  ])('is refused while it is read %s', async (_, ask) => {
    const api = openApi()
    const stay = await fill(api, MB)
    const body = Buffer.from(JSON.stringify(large))
    expect((await api.fetch('/emails', ask(body))).status).toBe(503)
    stay.leave()
    expect((await api.fetch('/emails', ask(body))).status).toBe(200)
  })

  it('gives back what it took, however it ends', async () => {
    const api = openApi()
    const { room } = api.postern
    for (const body of [large, { ...large, to: 'nobody' }, 'x'.repeat(MB)])
      await api.post('/emails', body)
    await api.fetch('/emails', inChunks(Buffer.alloc(MB, 'x')))
    expect(room.enter('one', room.mostBytes)).toBeDefined()
  })

  it('is refused for good where there never is so much', async () => {
    const api = openApi()
    const headers = { 'content-length': String(api.postern.room.mostBytes + 1) }
    const answer = await api.fetch('/emails', { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(413)
  })
})
