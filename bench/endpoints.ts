import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { answerParent } from './child.ts'

/** `port`, where they listen; `heard`, answered once the healthy one took so many in all. */
export type EndpointsQuestion =
  { readonly kind: 'port' } | { readonly kind: 'heard'; readonly count: number }

/** Milliseconds from each event to its telling, of those heard since it was last asked. */
export interface Heard {
  readonly port: number
  readonly latencies: readonly number[]
}

/** Endpoints of webhooks: `/healthy` takes all at once, `/failing` answers 500, `/hanging` nothing. */
let latencies: number[] = []
let count = 0
let waiting: { count: number; resolve: () => void } | undefined

const server = createServer((request, response) => {
  if (request.url === '/hanging') return void request.resume()
  if (request.url === '/failing')
    return void request.resume().on('end', () => response.writeHead(500).end())
  void hear(request).then(() => response.writeHead(204).end())
}).listen(0, '127.0.0.1')
const listening = once(server, 'listening')

async function hear(request: IncomingMessage) {
  const { created_at: at } = (await json(request)) as { created_at: string }
  latencies.push(Date.now() - Date.parse(at))
  count += 1
  if (waiting && count >= waiting.count) waiting.resolve()
}

answerParent<EndpointsQuestion, Heard>(async (question) => {
  await listening
  const { port } = server.address() as AddressInfo
  if (question.kind === 'port') return { port, latencies: [] }
  if (count < question.count)
    await new Promise<void>((resolve) => (waiting = { count: question.count, resolve }))
  waiting = undefined
  const heard = latencies
  latencies = []
  return { port, latencies: heard }
})
