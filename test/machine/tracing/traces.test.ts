import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startProcess } from '../../cli/postern-process.ts'
import { startHere } from '../../cli/run-command.ts'
import { temporaryDirectory } from '../../cli/temporary-directory.ts'

/** What stands in OTLP's JSON (opentelemetry-proto, trace.proto), as far as it is looked at. */
interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number }
}

interface Span {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
}

interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that keeps what it is asked, and says yes. */
async function listener() {
  const asked: Asked[] = []
  const server = createServer((request, answer) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      asked.push({ path: request.url!, headers: request.headers, body })
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function start(env: Record<string, string> = {}) {
  const collector = await listener()
  const postern = await startProcess({
    directory: temporaryDirectory(),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      POSTERN_SMTP_PORT: 'off',
      POSTERN_WEBHOOKS_PRIVATE: 'on',
      ...env,
    },
  })
  const sent = () => collector.asked.map(({ body }) => JSON.parse(body) as Sent)
  const spans = () =>
    sent().flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    )
  const named = (name: string) => spans().find((span) => span.name === name)!
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${postern.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers,
    })
    expect(answer.ok).toBe(true)
  }
  return { ...postern, collector, sent, spans, named, post }
}

const email = { from: 'me@own.test', to: 'secret@there.test', subject: 'Hello', text: 'Hush.' }
const traceId = '0af7651916cd43dd8448eb211c80319c'
const sampled = `00-${traceId}-b7ad6b7169203331-01`

describe('traces', () => {
  it('lead from the caller’s span through request, accepting and sending to the webhook', async () => {
    const endpoint = await listener()
    const postern = await start({ OTEL_SERVICE_NAME: 'mail', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })
    await postern.post('/webhooks', {
      endpoint: `${endpoint.url}/secret`,
      events: ['email.captured'],
    })
    await postern.post('/emails', email, { traceparent: sampled })
    await expect.poll(() => postern.named('tell webhook')).toBeDefined()
    await expect.poll(() => postern.named('deliver noop')).toBeDefined()
    const [request, accept, deliver, tell] = [
      ...['POST /emails', 'accept', 'deliver noop', 'tell webhook'],
    ].map(postern.named)
    expect([request, accept, deliver, tell].map((span) => span!.traceId)).toEqual(
      Array(4).fill(traceId),
    )
    expect([request, accept, deliver, tell].map((span) => span!.parentSpanId)).toEqual([
      'b7ad6b7169203331',
      ...[request!.spanId, accept!.spanId, accept!.spanId],
    ])
    const told = endpoint.asked.map(({ headers }) => headers['traceparent'])
    expect(told).toEqual([`00-${traceId}-${tell!.spanId}-01`])
    for (const { startTimeUnixNano, endTimeUnixNano } of postern.spans())
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano))
    expect(deliver!.attributes).toContainEqual({
      key: 'postern.outcome',
      value: { stringValue: 'captured' },
    })
    const [{ headers, path, body }] = postern.collector.asked as [Asked]
    expect([path, headers['content-type'], headers['a']]).toEqual([
      ...['/v1/traces', 'application/json', 'b'],
    ])
    expect(body).toContain('"service.name","value":{"stringValue":"mail"}')
    expect(JSON.stringify(postern.sent())).not.toMatch(/secret|there\.test|own\.test|Hush/)
  })

  it('of a caller who samples nothing are sent to no one, and handed on so', async () => {
    const endpoint = await listener()
    const postern = await start()
    await postern.post('/webhooks', { endpoint: endpoint.url, events: ['email.captured'] })
    const unsampled = sampled.replace(/1$/, '0')
    await postern.post('/emails', email, { traceparent: unsampled })
    await expect.poll(() => endpoint.asked.length).toBe(1)
    expect(endpoint.asked[0]!.headers['traceparent']).toMatch(
      new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`),
    )
    postern.kill('SIGTERM')
    expect((await postern.exit).code).toBe(0)
    expect(postern.spans().map(({ name }) => name)).toEqual(['POST /webhooks'])
  })

  it('that are left are sent before a stop; a collector that is gone holds up nothing', async () => {
    const postern = await start({ OTEL_BSP_SCHEDULE_DELAY: '60000' })
    await postern.post('/emails', email)
    postern.kill('SIGTERM')
    expect((await postern.exit).code).toBe(0)
    expect(postern.spans().map(({ name }) => name)).toContain('POST /emails')
    const alone = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    await alone.post('/emails', email)
    alone.kill('SIGTERM')
    const { code, err } = await alone.exit
    expect(code).toBe(0)
    expect(err).not.toMatch(/secret|there\.test/)
  })

  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' },
  ])('are begun by no one with %o', async (env) => {
    const postern = await startHere({ env: { POSTERN_SMTP_PORT: 'off', ...env } })
    onTestFinished(() => postern.stop())
    await fetch(`${postern.url}/emails`, { method: 'POST', body: JSON.stringify(email) })
    const { data } = await postern.postern.emails.list({ scope: '*', limit: 1 })
    expect(data[0]).not.toHaveProperty('traceparent')
  })
})
