import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import type { ToldEntry } from './entries.ts'
import { drawn } from './random.ts'
import { secretOf } from './webhook.ts'

/** The endpoint of a webhook, that writes down what it is told before it answers. */
export interface Endpoint {
  readonly port: number
  close(): void
}

export interface EndpointOptions {
  readonly seed: number
  /** This share of the events is refused the first time, and as many are read and cut off. */
  readonly faultShare: number
  readonly write: (entry: ToldEntry) => void
}

interface Told {
  readonly type: string
  readonly data: { readonly email_id?: string; readonly recipient?: string }
}

export async function openEndpoint({
  seed,
  faultShare,
  write,
}: EndpointOptions): Promise<Endpoint> {
  const verifier = new Webhook(secretOf(seed))
  const seen = new Set<string>()

  async function hear(request: IncomingMessage, response: ServerResponse) {
    const body = await text(request)
    const headers = request.headers as Record<string, string>
    const id = headers['webhook-id'] ?? ''
    const answer = seen.has(id) ? 'taken' : answerTo(drawn(seed, 'telling', id) / faultShare)
    seen.add(id)
    const { type, data } = JSON.parse(body) as Told
    const { email_id: emailId = '', recipient = '' } = data
    const isSigned = isSignedBy(verifier, body, headers)
    write({ at: Date.now(), id, type, emailId, recipient, answer, isSigned })
    if (answer === 'cut') response.destroy()
    else response.writeHead(answer === 'taken' ? 204 : 500).end()
  }

  const server = createServer((request, response) => {
    // Who was killed while it spoke is not heard.
    void hear(request, response).catch(() => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Whatever the time: Postern's clock may be hours ahead. */
function isSignedBy(verifier: Webhook, body: string, headers: Record<string, string>): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
  return verifier.sign(headers['webhook-id'] ?? '', at, body) === headers['webhook-signature']
}

function answerTo(draw: number): ToldEntry['answer'] {
  if (draw < 1) return 'refused'
  return draw < 2 ? 'cut' : 'taken'
}
