import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { SinkEntry } from './entries.ts'
import { faultOf } from './faults.ts'
import { converse, type SinkHouse } from './sink-dialogue.ts'

/** A mail server that writes down what it is about to answer, and fails as its seed says. */
export interface Sink {
  readonly port: number
  /** Refuses every connection for so many milliseconds, and breaks those it has. */
  goDown(ms: number): Promise<void>
  /** No faults any more. */
  calm(): void
  close(): void
}

export interface SinkOptions {
  readonly seed: number
  /** Faults so many times as frequent as usual. */
  readonly times: number
  /** Between the final dot and storing, in milliseconds. */
  readonly delayMs: number
  readonly write: (entry: SinkEntry) => void
  readonly reached?: SinkHouse['reached']
}

export async function openSink(options: SinkOptions): Promise<Sink> {
  const { seed, delayMs, write, reached = () => Promise.resolve(true) } = options
  let { times } = options
  const sockets = new Set<Socket>()
  const visits = new Map<number, number>()
  const note: SinkHouse['note'] = (entry) => write({ at: Date.now(), ...entry })
  let server = await listen(0)
  const { port } = server.address() as AddressInfo

  async function listen(on: number): Promise<Server> {
    const opened = createServer((socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      void converse(socket, { seed, delayMs, note, draw, reached })
    }).listen(on, '127.0.0.1')
    await once(opened, 'listening')
    return opened
  }

  /** The fault of this try of an email. */
  function draw(n: number) {
    const visit = visits.get(n) ?? 0
    visits.set(n, visit + 1)
    const fault = faultOf(seed, n, visit, times)
    if (fault !== 'none') note({ what: 'fault', n, fault })
    return fault
  }

  function close() {
    server.close()
    for (const socket of sockets) socket.destroy()
  }

  return {
    port,
    async goDown(ms) {
      note({ what: 'down' })
      close()
      await new Promise((resolve) => setTimeout(resolve, ms))
      server = await listen(port)
      note({ what: 'up' })
    },
    calm: () => void (times = 0),
    close,
  }
}
