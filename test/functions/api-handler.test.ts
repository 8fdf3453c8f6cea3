import { gzipSync } from 'node:zlib'
import { Logger } from '@aws-lambda-powertools/logger'
import { Resend } from 'resend'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readContent } from '../../mail/content.ts'
import type { LentFile } from '../../backends/aws/lent-files.ts'
import { apiHandler, type ApiEvent, type App } from '../../functions/api/handler.ts'
import { NotDeployed } from '../../functions/not-deployed.ts'
import { anEmail, openApi } from '../api/open-api.ts'
import { lambdaContext, startApiGateway } from '../remote/api-gateway.ts'

const logger = new Logger({ serviceName: 'api' })

describe('the api function', () => {
  it('takes an email of the official SDK through an HTTP API', async () => {
    const { url, api } = await start()
    vi.stubEnv('RESEND_BASE_URL', url)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { data, error } = await new Resend('re_any').emails.send({
      ...anEmail,
      subject: 'Grüße 📮',
      attachments: [{ filename: 'a.bin', content: Buffer.from([0, 255, 10]) }],
    })
    expect(error).toBeNull()
    expect(await api.postern.emails.get(data!.id, '*')).toMatchObject({ subject: 'Grüße 📮' })
  })

  it.each([
    ['text', 'application/json'],
    ['base64, because of its type', 'application/octet-stream'],
    ['base64, without a type', undefined],
  ])('reads a body that comes as %s', async (_how, type) => {
    const { url } = await start()
    const body = Buffer.from(JSON.stringify({ ...anEmail, subject: 'Grüße' }))
    const headers = type ? { 'content-type': type } : undefined
    const answer = await fetch(`${url}/emails`, { method: 'POST', body, headers })
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { id: expect.any(String) as string },
    ])
  })

  it('takes a whole email as the bytes it is', async () => {
    const { url, api } = await start()
    const body = Buffer.from('From: a@acme.test\r\nSubject: \xfc\r\n\r\n\xff\n', 'latin1')
    const headers = { 'content-type': 'message/rfc822', 'x-postern-rcpt-to': 'b@example.com' }
    const answer = await fetch(`${url}/v1/emails/raw`, { method: 'POST', body, headers })
    const { id } = (await answer.json()) as { id: string }
    expect(await readContent(api.postern, id)).toEqual({
      kind: 'raw',
      mime: body.toString('base64'),
    })
  })

  it('hands compressed bodies on as the bytes they are', async () => {
    const seen: Buffer[] = []
    const gateway = await serve({
      async fetch(request) {
        seen.push(Buffer.from(await request.arrayBuffer()))
        return Response.json({ encoding: request.headers.get('content-encoding') })
      },
    })
    const body = gzipSync('{"a":1}')
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const answer = await fetch(gateway, { method: 'POST', body, headers })
    expect([await answer.json(), seen]).toEqual([{ encoding: 'gzip' }, [body]])
  })

  it('answers bytes, cookies and an empty body as they are', async () => {
    const bytes = Buffer.from([0, 1, 254, 255])
    const gateway = await serve({
      fetch: ({ method }) => {
        if (method === 'DELETE') return new Response(null, { status: 204 })
        const headers = new Headers({ 'content-type': 'message/rfc822' })
        headers.append('set-cookie', 'a=1; Path=/')
        headers.append('set-cookie', 'b=2; Path=/')
        return new Response(bytes, { headers })
      },
    })
    const answer = await fetch(gateway)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/'])
    expect((await fetch(gateway, { method: 'DELETE' })).status).toBe(204)
  })

  it('hands X-Message-Id to the gateway in the spelling that clients look up by case', async () => {
    const { handler } = await start()
    const mail = {
      from: { email: 'a@acme.test' },
      personalizations: [{ to: [{ email: 'b@example.com' }] }],
      subject: 'Hi',
      content: [{ type: 'text/plain', value: 'Hi' }],
    }
    const event = anEvent('POST', '/v3/mail/send', JSON.stringify(mail))
    const { statusCode, headers } = await handler(event, lambdaContext('api'))
    expect(statusCode).toBe(202)
    expect(Object.keys(headers!)).toContain('X-Message-Id')
    expect(Object.keys(headers!)).not.toContain('x-message-id')
  })

  it('takes a GET that has a body, and a doubled slash', async () => {
    const { handler } = await start()
    const answer = await handler(anEvent('GET', '//emails', '{}'), lambdaContext('api'))
    expect([answer.statusCode, JSON.parse(answer.body!)]).toMatchObject([200, { object: 'list' }])
  })

  it('refuses methods of which no Request can be made, in the dialect of the path', async () => {
    const { handler } = await start()
    const own = await handler(anEvent('TRACE', '/v1/health'), lambdaContext('api'))
    const resend = await handler(anEvent('TRACE', '/emails'), lambdaContext('api'))
    expect([own, resend].map(({ body }) => JSON.parse(body!) as unknown)).toMatchObject([
      { error: { code: 'method_not_allowed' } },
      { statusCode: 405, name: 'not_found' },
    ])
  })

  it('says in the dialect that it is not set up, logs why, and recovers', async () => {
    const error = vi.spyOn(logger, 'error').mockReturnValue(undefined)
    onTestFinished(() => error.mockRestore())
    const { api } = await start()
    let isSetUp = false
    const handler = apiHandler(() => {
      if (!isSetUp) throw new NotDeployed('POSTERN_TABLE is missing')
      return { fetch: api.handle }
    }, logger)
    const broken = await handler(anEvent('POST', '/emails', '{}'), lambdaContext('api'))
    expect([broken.statusCode, JSON.parse(broken.body!)]).toMatchObject([
      500,
      { statusCode: 500, name: 'application_error' },
    ])
    expect(broken.body).not.toContain('POSTERN_TABLE')
    expect(error.mock.calls).toMatchObject([
      ['request failed', { error: 'NotDeployed', reason: 'POSTERN_TABLE is missing' }],
    ])
    isSetUp = true
    expect(await handler(anEvent('GET', '/v1/health'), lambdaContext('api'))).toMatchObject({
      statusCode: 200,
    })
  })

  it('logs no words of other errors: they may quote a caller', async () => {
    const error = vi.spyOn(logger, 'error').mockReturnValue(undefined)
    onTestFinished(() => error.mockRestore())
    const gateway = await serve({
      fetch: () => Promise.reject(new TypeError('bob@secret.test is not iterable')),
    })
    expect((await fetch(`${gateway}/v1/health`)).status).toBe(500)
    expect(error.mock.calls).toMatchObject([['request failed', { error: 'TypeError' }]])
    expect(JSON.stringify(error.mock.calls)).not.toContain('secret.test')
  })

  it.each([
    ['as long as Lambda can give', 6_291_000, 200],
    ['longer', 6_291_456, 413],
  ])('gives an answer that is %s, or says that it cannot', async (_how, length, status) => {
    const gateway = await serve({ fetch: () => new Response('x'.repeat(length)) })
    const answer = await fetch(`${gateway}/v1/emails`)
    expect(answer.status).toBe(status)
  })

  it('lends a file that is too long for an answer: the link has its bytes, type and name', async () => {
    const lent: LentFile[] = []
    const file = Buffer.alloc(5_000_000, 7)
    const headers = {
      'content-type': 'message/rfc822',
      'content-disposition': 'attachment; filename="a.eml"',
    }
    const url = await serve({
      fetch: () => new Response(file, { headers }),
      lend: async (one) => {
        lent.push(one)
        return 'https://bucket.test/link'
      },
    })
    const answer = await fetch(`${url}/v1/captures/1/raw`, { redirect: 'manual' })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe('https://bucket.test/link')
    const [one] = lent
    expect(one).toMatchObject({
      type: headers['content-type'],
      disposition: headers['content-disposition'],
    })
    expect(file.equals(one!.bytes)).toBe(true)
  })
})

async function start() {
  const api = openApi()
  const handler = apiHandler(() => ({ fetch: api.handle }), logger)
  const gateway = await startApiGateway(handler)
  onTestFinished(() => gateway.close())
  return { url: gateway.url, handler, api }
}

async function serve(app: App) {
  const gateway = await startApiGateway(apiHandler(() => app, logger))
  onTestFinished(() => gateway.close())
  return gateway.url
}

function anEvent(method: string, rawPath: string, body?: string): ApiEvent {
  return {
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: {},
    requestContext: { domainName: 'api.test', http: { method } },
    isBase64Encoded: false,
    ...(body && { body }),
  } as unknown as ApiEvent
}
