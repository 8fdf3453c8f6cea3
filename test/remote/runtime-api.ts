import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/**
 * Lambda's Runtime API, which the runtime interface client of AWS asks for events and tells results
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
interface RuntimeApi {
  /** `host:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string
  /** Has the next invocation be this event. @throws Error in the words of what the function threw */
  invoke<Result>(event: unknown): Promise<Result>
  /** No answer will come any more. */
  fail(reason: string): void
  close(): Promise<void>
}

interface Invocation {
  readonly id: string
  readonly event: unknown
  readonly end: PromiseWithResolvers<unknown>
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const queued: Invocation[] = []
  const running = new Map<string, Invocation>()
  let asking: ServerResponse | undefined
  let count = 0

  function hand() {
    if (!asking || queued.length === 0) return
    const [next] = queued.splice(0, 1)
    running.set(next!.id, next!)
    asking.writeHead(200, {
      'content-type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': next!.id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + 60_000),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:f',
      'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
    })
    asking.end(JSON.stringify(next!.event))
    asking = undefined
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { url = '' } = incoming
    const [, id = '', end] = /\/runtime\/(?:invocation\/)?([^/]+)(?:\/(\w+))?$/.exec(url) ?? []
    if (id === 'next') {
      asking = outgoing
      return hand()
    }
    const said = await json(incoming)
    outgoing.writeHead(202).end()
    if (end === 'response') running.get(id)?.end.resolve(said)
    else fail(JSON.stringify(said), running.get(id))
  }

  /** An error of the start is reported to the waiting caller. */
  function fail(reason: string, one?: Invocation) {
    const error = new Error(reason)
    for (const { end } of one ? [one] : [...queued, ...running.values()]) end.reject(error)
  }

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    invoke<Result>(event: unknown) {
      const end = Promise.withResolvers<unknown>()
      queued.push({ id: `request-${(count += 1)}`, event, end })
      hand()
      return end.promise as Promise<Result>
    },
    fail: (reason) => fail(reason),
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
