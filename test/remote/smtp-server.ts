import { EventEmitter } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { converse } from './smtp-conversation.ts'
import type { ReceivedEmail } from './smtp-conversation.ts'
import type { Script } from './smtp-script.ts'

export interface SmtpServer {
  readonly port: number
  readonly emails: readonly ReceivedEmail[]
  readonly commands: readonly string[]
  readonly connections: number
  /** Clients that are connected now. */
  readonly connected: number
  /** All that clients sent, decrypted. */
  readonly bytes: Buffer
  /** `hang`: it stays silent; `wait`: until `release`; `kept`: an email; `leave`: a client is gone. */
  readonly events: EventEmitter<Record<'hang' | 'wait' | 'kept' | 'leave', []>>
  /** May be replaced at any time. */
  script: Script
  /** Lets all go on that wait. */
  release(): void
  close(): Promise<void>
}

/**
 * A raw SMTP server on a free port of the loopback, which does what its script says. It is our own
 * because the ready-made one is by nodemailer's author, shares its views, and is too polite.
 */
export async function startSmtpServer(
  script: Script = {},
  host = '127.0.0.1',
  port = 0,
): Promise<SmtpServer> {
  const events: SmtpServer['events'] = new EventEmitter()
  const emails: ReceivedEmail[] = []
  const commands: string[] = []
  const bytes: Buffer[] = []
  const sockets = new Set<Socket>()
  let waiting: (() => void)[] = []
  let connections = 0

  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    connections += 1
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      events.emit('leave')
    })
    void converse(socket, server, {
      connection: connections,
      get kept() {
        return emails.length
      },
      record: (chunk) => bytes.push(chunk),
      command: (line) => commands.push(line),
      keep(email) {
        emails.push(email)
        events.emit('kept')
      },
      hang: () => events.emit('hang'),
      async wait() {
        const released = new Promise<void>((resolve) => waiting.push(resolve))
        events.emit('wait')
        await released
      },
    })
  })

  const server: SmtpServer = {
    get port() {
      return (listener.address() as AddressInfo).port
    },
    emails,
    commands,
    get connections() {
      return connections
    },
    get connected() {
      return sockets.size
    },
    get bytes() {
      return Buffer.concat(bytes)
    },
    events,
    script,
    release() {
      for (const go of waiting) go()
      waiting = []
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
  await new Promise<void>((resolve) => listener.listen(port, host, resolve))
  return server
}
