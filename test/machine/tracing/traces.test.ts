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
      // What is left is sent at the end.
      OTEL_BSP_SCHEDULE_DELAY: '60000',
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
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${postern.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers,
    })
    expect(answer.ok).toBe(true)
  }
  const stop = async () => {
    postern.kill('SIGTERM')
    const { code, err } = await postern.exit
    expect(code).toBe(0)
    return err
  }
  return { collector, sent, spans, post, stop }
}

const email = { from: 'me@own.test', to: 'secret@there.test', subject: 'Hello', text: 'Hush.' }
const traceId = '0af7651916cd43dd8448eb211c80319c'
const sampled = `00-${traceId}-b7ad6b7169203331-01`

describe('traces', () => {
  it('lead from the caller’s span through request, accepting and sending to the webhook', async () => {
    const endpoint = await listener()
    const postern = await start({ OTEL_SERVICE_NAME: 'mail', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' })
    const url = `${endpoint.url}/secret`
    await postern.post('/webhooks', { endpoint: url, events: ['email.captured'] })
    await postern.post('/emails', email, { traceparent: sampled })
    await expect.poll(() => endpoint.asked.length).toBe(1)
    // Of a caller who samples nothing nothing is sent, and the endpoint hears that too.
    await postern.post('/emails', email, { traceparent: sampled.replace(/1$/, '0') })
    await expect.poll(() => endpoint.asked.length).toBe(2)
    await postern.stop()

    const all = ['POST /emails', 'accept', 'deliver noop', 'tell webhook']
    const names = postern.spans().map(({ name }) => name)
    expect(names.toSorted()).toEqual(['POST /webhooks', ...all].toSorted())
    const [request, accept, deliver, tell] = all.map((wanted) =>
      postern.spans().find(({ name }) => name === wanted)!,
    )
    for (const span of [request, accept, deliver, tell]) {
      const { startTimeUnixNano: began, endTimeUnixNano: ended } = span!
      expect(span!.traceId).toBe(traceId)
      expect(BigInt(ended)).toBeGreaterThanOrEqual(BigInt(began))
    }
    expect([request, accept, deliver, tell].map((span) => span!.parentSpanId)).toEqual([
      'b7ad6b7169203331',
      ...[request!.spanId, accept!.spanId, accept!.spanId],
    ])
    expect(endpoint.asked.map(({ headers }) => headers['traceparent'])).toEqual([
      `00-${traceId}-${tell!.spanId}-01`,
      expect.stringMatching(`^00-${traceId}-[0-9a-f]{16}-00$`),
    ])
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

  it('hold up no email and fail no stop when their collector is gone', async () => {
    const postern = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    })
    await postern.post('/emails', email)
    expect(await postern.stop()).not.toMatch(/secret|there\.test/)
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
