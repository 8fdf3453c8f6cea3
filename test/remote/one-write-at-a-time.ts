import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

interface WriteGate {
  readonly endpoint: string
  close(): Promise<void>
}

/**
 * Stands before an emulator and lets through one write with a condition at a time. AWS checks
 * the condition and writes in one step; moto does it in two, and a busy machine lets another
 * thread in between: then two claims of the same email are both allowed.
 */
export async function oneWriteAtATime(emulator: string): Promise<WriteGate> {
  let before: Promise<unknown> = Promise.resolve()
  async function serve(incoming: IncomingMessage, response: ServerResponse) {
    // Whole before its turn: a caller that stops in the middle must not hold up the rest.
    const body = await buffer(incoming)
    const pass = () => forward(emulator, incoming, body, response).catch(() => response.destroy())
    if (mayHaveCondition(incoming)) before = before.then(pass)
    else await pass()
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const writes =
  /^(DynamoDB_\d+\.(PutItem|UpdateItem|DeleteItem|BatchWriteItem|TransactWriteItems)|AmazonSSM\.PutParameter)$/

function mayHaveCondition({ headers }: IncomingMessage): boolean {
  return 'if-none-match' in headers || writes.test(String(headers['x-amz-target']))
}

async function forward(
  emulator: string,
  incoming: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
) {
  const { method, headers } = incoming
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(`${emulator}${incoming.url}`, { method, headers }, resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })
  response.writeHead(answer.statusCode!, answer.rawHeaders)
  await pipeline(answer, response)
}
