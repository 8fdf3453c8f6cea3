import { Agent, request, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { serveHttp, usualTimeouts, type HttpServer } from '../../machine/http-server.ts'

let server: HttpServer
/** Of strangers, for whom a server that closes would wait. */
const dripping: Socket[] = []
afterEach(async () => {
  for (const socket of dripping.splice(0)) socket.destroy()
  await server.close()
})

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

describe('its connections', () => {
  async function serveFew(mostConnections: number, timeouts = usualTimeouts) {
    const options = { port: 0, host: '127.0.0.1', mostConnections, timeouts }
    server = await serveHttp(async (asked) => {
      await asked.text()
      // As every answer to a caller with a key has it.
      const known = asked.headers.has('authorization') ? { 'ratelimit-limit': '10' } : undefined
      return Response.json({}, { headers: known })
    }, options)
  }

  /** One that says so much and then nothing. */
  async function drip(text: string) {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    dripping.push(socket)
    socket.on('error', () => undefined)
    socket.resume()
    await new Promise<void>((resolve) => socket.write(text, () => resolve()))
    return socket
  }

  function askOn(agent: Agent, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      request(server.url, { agent, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode!))
      })
        .on('error', reject)
        .end()
    })
  }

  it.each([
    ['nothing', ''],
    ['a part of a header', 'POST /v1/session HTTP/1.1\r\nHost: x\r\n'],
    ['a part of a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx'],
  ])('are there for others while a hundred strangers have sent %s', async (_, text) => {
    await serveFew(20)
    const agent = new Agent({ keepAlive: true, maxSockets: 10 })
    onTestFinished(() => void agent.destroy())
    const pool = () =>
      Promise.all(Array.from({ length: 10 }, () => askOn(agent, { authorization: 'Bearer re_x' })))
    expect(await pool()).toEqual(Array(10).fill(200))
    for (let i = 0; i < 100; i++) await drip(text)
    expect((await ask()).answer.statusCode).toBe(200)
    // None of the pool's was closed for them.
    const kept = Object.values(agent.freeSockets).flat()
    expect(kept.length).toBe(10)
    expect(kept.every((socket) => socket?.readyState === 'open')).toBe(true)
    expect(await pool()).toEqual(Array(10).fill(200))
    // They have given way to each other, and do not keep the files of the process.
    const left = () => dripping.filter(({ closed }) => !closed).length
    await expect.poll(left).toBeLessThanOrEqual(10)
  })

  it.each([
    ['header', 'headersTimeout', 'POST / HTTP/1.1\r\nHost: x\r\nX-A: '],
    ['body', 'requestTimeout', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n'],
  ] as const)('end where a %s does not come in time, however it drips', async (_, which, text) => {
    const scale = 50
    const entries = Object.entries(usualTimeouts).map(([name, ms]) => [name, ms / scale])
    await serveFew(20, Object.fromEntries(entries) as typeof usualTimeouts)
    const began = performance.now()
    const socket = await drip(text)
    while (!socket.closed && performance.now() - began < 15_000) {
      socket.write('x')
      await setTimeout(20)
    }
    expect(socket.closed).toBe(true)
    const deadline = usualTimeouts[which] / scale
    expect(performance.now() - began).toBeGreaterThan(deadline * 0.9)
  })

  it('serve a pool of fifty from this machine', async () => {
    await serveFew(60)
    const agent = new Agent({ keepAlive: true, maxSockets: 50 })
    onTestFinished(() => void agent.destroy())
    const answers = Array.from({ length: 500 }, () => askOn(agent, {}))
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]))
  })
})
