import type { Socket } from 'node:net'
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server'

/** Keeps places for clients who are known. */
export interface Connections {
  /** One without a place is refused by the server itself (421), which has as many. */
  readonly admit: (socket: Socket) => boolean
  readonly know: (socket: Socket) => void
  readonly busy: (socket: Socket, isBusy: boolean) => void
}

/** The connections of a server, and what their sessions do with them. */
interface Callers {
  readonly admit: (socket: Socket) => void
  /** It logged in, or an email of it was accepted. */
  know(session: SMTPServerSession): void
  /** It sends an email now: cut off when that makes no progress. @returns what ends that */
  send(stream: SMTPServerDataStream, session: SMTPServerSession): () => void
}

/**
 * An email comes at so many bytes a second at least, once it has had a minute: a modem is faster.
 * RFC 5321 section 4.5.3.2.5 lets a client take 3 min for a block, but then it is a slow link, not
 * one that means to hold memory.
 */
const slowestPerSecond = 500
const graceMs = 60_000
const lookEveryMs = 10_000

/** What no client of SMTP says first: a TLS hello, or other binary data. */
const binary = /^\x16\x03|[\0-\x08\x0e-\x1f]/

/** @param isPlain whether what comes first is a command, not a TLS hello */
export function callersOf(connections: Connections | undefined, isPlain: boolean): Callers {
  const sockets = new Map<string, Socket>()
  const socketOf = ({ remoteAddress, remotePort }: SMTPServerSession) =>
    sockets.get(nameOf(remoteAddress, remotePort))

  return {
    admit(socket) {
      connections?.admit(socket)
      if (isPlain) refuseBinary(socket)
      const name = nameOf(socket.remoteAddress, socket.remotePort)
      sockets.set(name, socket)
      socket.once('close', () => sockets.delete(name))
    },
    know(session) {
      const socket = socketOf(session)
      if (socket) connections?.know(socket)
    },
    send(stream, session) {
      const socket = socketOf(session)
      if (!socket) return () => undefined
      connections?.busy(socket, true)
      const end = whileItComes(stream, socket)
      return () => {
        end()
        connections?.busy(socket, false)
      }
    },
  }
}

/**
 * A browser can be made to say hello here by TLS, with commands of a page in it: such a connection
 * ends before any of them is read.
 */
function refuseBinary(socket: Socket) {
  // Or listening would let it flow before its reader is there.
  socket.pause()
  socket.once('data', (chunk: Buffer) => {
    if (!binary.test(chunk.toString('latin1', 0, 1_000))) return
    // Its reader gets it too.
    chunk.fill(0)
    socket.destroy()
  })
}

function whileItComes(stream: SMTPServerDataStream, socket: Socket): () => void {
  const start = performance.now()
  const look = setInterval(() => {
    const ms = performance.now() - start
    const least = ((ms - graceMs) / 1_000) * slowestPerSecond
    if (!stream.readableEnded && stream.byteLength < least) socket.destroy()
  }, lookEveryMs)
  look.unref()
  return () => clearInterval(look)
}

function nameOf(address: string | undefined, port: number | undefined): string {
  return `${(address ?? '').replace(/^::ffff:/i, '')} ${port}`
}
