import { request, type IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { serveHttp, type HttpServer } from '../../machine/http-server.ts'

let server: HttpServer
afterEach(() => server.close())

async function serve(proxies: readonly string[] = []) {
  server = await serveHttp(
    ({ headers }) =>
      Response.json(Object.fromEntries([...headers].filter(([name]) => /forwarded/.test(name))), {
        headers: { 'X-Message-Id': '1', 'X-RateLimit-Limit': '2', 'ratelimit-limit': '3' },
      }),
    { port: 0, host: '127.0.0.1', proxies },
  )
}

function ask(
  headers: Record<string, string> = {},
): Promise<{ answer: IncomingMessage; said: object }> {
  return new Promise((resolve, reject) => {
    request(server.url, { headers }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
      answer.on('end', () => resolve({ answer, said: JSON.parse(text) as object }))
    })
      .on('error', reject)
      .end()
  })
}

describe('the HTTP server of one machine', () => {
  it('spells on the wire what clients look up by case', async () => {
    await serve()
    const { rawHeaders } = (await ask()).answer
    expect(rawHeaders).toEqual(
      expect.arrayContaining(['X-Message-Id', 'X-RateLimit-Limit', 'ratelimit-limit']),
    )
  })

  const claims = {
    'X-Forwarded-For': '203.0.113.9, 198.51.100.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'mail.example.com',
    Forwarded: 'for=203.0.113.9',
  }

  it('drops what a stranger says of its way, and names it by its address', async () => {
    await serve(['192.0.2.1'])
    expect((await ask(claims)).said).toEqual({ 'x-forwarded-for': '127.0.0.1' })
  })

  it('believes a proxy that is named, and the last in its list that is none', async () => {
    await serve(['127.0.0.1', '198.51.100.7'])
    expect((await ask(claims)).said).toEqual({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'mail.example.com',
      forwarded: 'for=203.0.113.9',
    })
    expect((await ask()).said).toEqual({ 'x-forwarded-for': '127.0.0.1' })
  })
})
