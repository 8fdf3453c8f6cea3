import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { Resend } from 'resend'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveHttp } from '../../machine/http-server.ts'
import { anEmail, holding, openApi, text, type Json, type OpenApi } from './open-api.ts'

/** The API behind a real listener on loopback. */
async function served(): Promise<OpenApi & { url: string }> {
  const api = openApi()
  const handle = (incoming: Request) => api.handle(incoming)
  const server = await serveHttp(handle, { port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close())
  return { ...api, url: server.url }
}

/** A request as its caller writes it, byte by byte. */
function ask(url: string, path: string, method: string, headers = {}): ClientRequest {
  // The path goes out as it stands here.
  const { hostname, port } = new URL(url)
  return request({ hostname, port, path, method, headers })
}

async function answerOf(asked: ClientRequest): Promise<[number, Json]> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    asked.once('response', resolve).once('error', reject),
  )
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return [answer.statusCode!, JSON.parse(Buffer.concat(chunks).toString()) as Json]
}

describe('over HTTP', () => {
  it('takes //emails and a GET with a body, as some SDKs send them', async () => {
    const { url } = await served()
    const [status, { id }] = await answerOf(
      ask(url, '//emails', 'POST').end(JSON.stringify(anEmail)),
    )
    expect([status, id]).toEqual([200, text])
    const headers = { 'content-type': 'application/json', 'content-length': 2 }
    const [found, email] = await answerOf(ask(url, `/emails/${id}`, 'GET', headers).end('{}'))
    expect([found, email.id]).toEqual([200, id])
    // The body must not be taken for the next request on this connection.
    expect((await fetch(`${url}/emails/${id}`)).status).toBe(200)
  })

  it('stops reading a body of 100 MB early, and says why', async () => {
    const { url, logged } = await served()
    const asked = ask(url, '/emails', 'POST', { 'transfer-encoding': 'chunked' })
    asked.on('error', () => undefined)
    const answer = answerOf(asked)
    let answered = false
    void answer.finally(() => (answered = true)).catch(() => undefined)
    const chunk = Buffer.alloc(65_536, 0x20)
    let written = 0
    while (!answered && written < 100_000_000) {
      written += chunk.length
      if (!asked.write(chunk))
        await Promise.race([new Promise((resolve) => asked.once('drain', resolve)), answer])
    }
    expect(await answer).toEqual([
      413,
      { statusCode: 413, name: 'validation_error', message: holding('60000000') },
    ])
    expect(written).toBeLessThan(70_000_000)
    expect(logged).toEqual([])
    asked.destroy()
  })

  it('hears a body out that there is no memory for, so that its caller reads why', async () => {
    const { url, postern } = await served()
    const stay = postern.room.enter('another', postern.room.mostBytes - 1_000_000)
    for (let i = 0; i < 2; i++) {
      const asked = ask(url, '/emails', 'POST', { 'content-length': 6_000_000 })
      const answer = answerOf(asked)
      // Slower than half a second, after which unread bodies are cut off.
      for (let sent = 0; sent < 6; sent++) {
        asked.write(Buffer.alloc(1_000_000, 0x20))
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      asked.end()
      expect(await answer).toMatchObject([503, { name: 'application_error' }])
    }
    stay!.leave()
  })

  it('refuses a body that says it is too large before any of it is sent', async () => {
    const { url } = await served()
    const asked = ask(url, '/emails', 'POST', { 'content-length': 100_000_000 })
    asked.on('error', () => undefined)
    asked.flushHeaders()
    expect((await answerOf(asked))[0]).toBe(413)
    asked.destroy()
  })

  it('outlives callers who leave in the middle of a body, and accepts nothing of it', async () => {
    const { url, postern, logged } = await served()
    const body = JSON.stringify(anEmail)
    for (const length of [body.length, body.length + 1]) {
      const asked = ask(url, '/emails', 'POST', { 'content-length': length })
      const gone = new Promise((resolve) => asked.once('close', resolve))
      asked.on('error', () => undefined)
      asked.write(body.slice(0, -1), () => asked.destroy())
      await gone
    }
    expect((await fetch(`${url}/v1/health`)).status).toBe(200)
    expect((await postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
    expect(logged).toEqual([])
  })

  it('lets a long poll go when its caller has gone', async () => {
    const { url, clock } = await served()
    const caller = new AbortController()
    const answer = fetch(`${url}/v1/captures?wait=20`, { signal: caller.signal })
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    caller.abort()
    await expect(answer).rejects.toThrow('abort')
    while (clock.waiting > 0) await new Promise((resolve) => setImmediate(resolve))
  })
})

describe("Resend's own SDK", () => {
  async function sdk() {
    const api = await served()
    return { ...api, resend: new Resend('re_any', { baseUrl: api.url }) }
  }

  it('sends, asks, reschedules, cancels and lists', async () => {
    const { resend } = await sdk()
    const { data, error } = await resend.emails.send({
      ...anEmail,
      scheduledAt: '2026-01-02T00:00:00Z',
    })
    expect(error).toBeNull()
    const id = data!.id
    const scheduledAt = '2026-01-03T00:00:00Z'
    expect((await resend.emails.update({ id, scheduledAt })).data).toEqual({ object: 'email', id })
    expect((await resend.emails.get(id)).data).toMatchObject({
      id,
      scheduled_at: '2026-01-03T00:00:00.000Z',
      last_event: 'scheduled',
    })
    expect((await resend.emails.cancel(id)).data).toEqual({ object: 'email', id })
    const list = await resend.emails.list({ limit: 1 })
    expect(list.data).toMatchObject({
      object: 'list',
      has_more: false,
      data: [{ id, last_event: 'canceled' }],
    })
  })

  it('gets the first answer again with the same Idempotency-Key', async () => {
    const { resend } = await sdk()
    const idempotencyKey = 'order/1'
    const first = await resend.emails.send(anEmail, { idempotencyKey })
    expect((await resend.emails.send(anEmail, { idempotencyKey })).data).toEqual(first.data)
    const other = await resend.emails.send({ ...anEmail, subject: 'x' }, { idempotencyKey })
    expect(other.error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' })
  })

  it('is told by name and status what was wrong', async () => {
    const { resend } = await sdk()
    const sent = await resend.emails.send({ ...anEmail, from: 'nobody' })
    expect(sent).toMatchObject({
      data: null,
      error: { statusCode: 422, name: 'validation_error', message: text },
    })
    const { id } = (await resend.emails.send(anEmail)).data!
    expect((await resend.emails.cancel(id)).error).toMatchObject({
      statusCode: 422,
      name: 'validation_error',
    })
    expect((await resend.broadcasts.list()).error).toMatchObject({
      statusCode: 404,
      name: 'not_found',
    })
  })
})
