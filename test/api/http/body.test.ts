import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { anEmail, holding, openApi, said } from '../open-api.ts'

const json = JSON.stringify(anEmail)

function post(body: Uint8Array<ArrayBuffer>, encoding: string) {
  return { method: 'POST', body, headers: { 'content-encoding': encoding } }
}

const packed = (bytes: Buffer) => Uint8Array.from(bytes)

describe('a body that is compressed', () => {
  it.each([
    ['gzip', gzipSync(json)],
    ['GZIP', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
    ['identity', Buffer.from(json)],
  ])('with %s is taken', async (encoding, bytes) => {
    const api = openApi()
    expect((await api.fetch('/emails', post(packed(bytes), encoding))).status).toBe(200)
    expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toMatchObject([
      { subject: 'Hi' },
    ])
  })

  it.each(['zstd', 'gzip, gzip', 'compress'])('with %s is refused', async (encoding) => {
    const answer = openApi().fetch('/emails', post(packed(gzipSync(json)), encoding))
    expect(await said(answer)).toMatchObject([415, { message: holding('Content-Encoding') }])
  })

  it.each([
    ['is not', Buffer.from(json)],
    ['is cut off', gzipSync(json).subarray(0, -12)],
    ['has something behind it', Buffer.concat([gzipSync(json), Buffer.from('x')])],
    ['is damaged', gzipSync(json).fill(0, 20, 30)],
    ['is empty', Buffer.alloc(0)],
  ])('and %s is refused', async (_, bytes) => {
    const api = openApi()
    const [status] = await said(api.fetch('/emails', post(packed(bytes), 'gzip')))
    expect([400, 422]).toContain(status)
    expect(api.logged).toEqual([])
  })

  it.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes, { level: 1 })],
    ['br', (bytes: Buffer) => brotliCompressSync(bytes, { params: { [quality]: 1 } })],
  ])('with %s and grows beyond the limit is refused while it grows', async (encoding, compress) => {
    const bomb = packed(compress(Buffer.alloc(400_000_000)))
    expect(bomb.byteLength).toBeLessThan(4_000_000)
    const api = openApi()
    const before = process.memoryUsage().rss
    const [status, { message }] = await said(api.fetch('/emails', post(bomb, encoding)))
    expect([status, message]).toEqual([413, holding('60000000')])
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  })
})

const quality = constants.BROTLI_PARAM_QUALITY
