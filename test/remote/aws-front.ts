import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** One call of an SDK client, as far as the wire shows it. */
export interface AwsCall {
  /** `sqs`, `dynamodb`, `ssm`, `monitoring`, `scheduler`, `lambda`, `s3`. */
  readonly service: string
  /** `SendMessage`; of S3 `PutObject`, `GetObject`, `DeleteObject`. */
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** The body, where it is JSON. */
  readonly input: Readonly<Record<string, unknown>>
  /** What it came to, where it was done. */
  answer?: AwsAnswer
}

export interface AwsAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** Answers the calls of a service in place of the emulator. */
export type AwsService = (call: AwsCall) => AwsAnswer | undefined | Promise<AwsAnswer | undefined>

/** What may go wrong on the way. */
export type AwsFault =
  /** Refused before anything is done. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  /** Answered, and never done. */
  | { readonly kind: 'instead'; readonly answer: AwsAnswer }
  /** The connection is reset, before or after the call is done. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Done twice, as when a client on the way tries again. */
  | { readonly kind: 'double' }
  /** Done when the promise resolves. */
  | { readonly kind: 'delay'; readonly until: Promise<unknown> }
  /** Half of the answer's body, then the end of the connection. */
  | { readonly kind: 'cut' }
  /** Another answer than the right one, to a call that was done. */
  | { readonly kind: 'answer'; readonly with: (answer: AwsAnswer) => AwsAnswer }

/** Stands between the SDK and the emulator: answers some services itself, and may meddle. */
export interface AwsFront {
  readonly endpoint: string
  /** All calls, tries of the SDK one by one. */
  readonly calls: AwsCall[]
  /** Asked once for each try. */
  meddle: (call: AwsCall) => AwsFault | undefined
  /** Ends every connection that is kept for later, as happens while a function is frozen. */
  readonly hangUp: () => void
  close(): Promise<void>
}

export async function startAwsFront(
  emulator: string,
  services: readonly AwsService[] = [],
): Promise<AwsFront> {
  const front: Pick<AwsFront, 'calls' | 'meddle'> = { calls: [], meddle: () => undefined }

  async function perform(call: AwsCall): Promise<AwsAnswer> {
    for (const service of services) {
      const answer = await service(call)
      if (answer) return answer
    }
    return forward(emulator, call)
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse) {
    const call = callOf(incoming, await buffer(incoming))
    front.calls.push(call)
    const fault = front.meddle(call)
    if (fault?.kind === 'delay') await fault.until
    if (fault?.kind === 'refuse') return say(response, refusal(fault.code, fault.status))
    if (fault?.kind === 'instead') return say(response, fault.answer)
    if (fault?.kind === 'reset' && fault.when === 'before') return response.destroy()
    const answer = await perform(call)
    call.answer = answer
    if (fault?.kind === 'double') await perform(call)
    if (fault?.kind === 'reset') return response.destroy()
    if (fault?.kind === 'cut') return sayHalf(response, answer)
    say(response, fault?.kind === 'answer' ? fault.with(answer) : answer)
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(front, {
    endpoint: `http://127.0.0.1:${port}`,
    hangUp: () => server.closeAllConnections(),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

/** An error as the JSON protocols of AWS write it. */
export function refusal(code: string, status = 400): AwsAnswer {
  return json({ __type: code, message: `${code}, said the test` }, status, code)
}

export function json(value: unknown, status = 200, code?: string): AwsAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code },
    body: Buffer.from(JSON.stringify(value)),
  }
}

const targets: Readonly<Record<string, string>> = {
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  AmazonSSM: 'ssm',
  GraniteServiceVersion20100801: 'monitoring',
}

function callOf({ method = '', url = '', headers }: IncomingMessage, body: Buffer): AwsCall {
  const [prefix = '', target = ''] = String(headers['x-amz-target'] ?? '').split('.')
  const [service, operation] = targets[prefix]
    ? [targets[prefix], target]
    : url.startsWith('/schedules/')
      ? ['scheduler', `${method} schedule`]
      : url.startsWith('/2015-03-31/functions/')
        ? ['lambda', 'Invoke']
        : ['s3', `${method.slice(0, 1)}${method.slice(1).toLowerCase()}Object`]
  return { service, operation, method, path: url, headers, body, input: parsed(body) }
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>
  } catch {
    return {}
  }
}

function forward(emulator: string, { method, path, headers, body }: AwsCall): Promise<AwsAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${emulator}${path}`, { method, headers }, (incoming) => {
      buffer(incoming).then(
        (bytes) =>
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: bytes }),
        reject,
      )
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

function say(response: ServerResponse, { status, headers, body }: AwsAnswer) {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && name !== 'transfer-encoding') response.setHeader(name, value)
  response.statusCode = status
  response.setHeader('content-length', body.byteLength)
  response.end(body)
}

function sayHalf(response: ServerResponse, { status, headers, body }: AwsAnswer) {
  response.writeHead(status, { ...headers, 'content-length': body.byteLength })
  response.write(body.subarray(0, body.byteLength / 2), () => response.destroy())
}
