import type { HttpBindings } from '@hono/node-server'
import type { Answered } from '../api/answered.ts'
import type { SessionTold } from '../submission/session-log.ts'
import type { Log } from './log.ts'

/**
 * A line for each request, once its answer has left or its connection is gone. Never what a caller
 * wrote: no path, query, header or address.
 */
export function accessLog(writeLine: Log): (answered: Answered) => void {
  return ({ ms, host, ...about }) => {
    const { outgoing } = host as HttpBindings
    const { socket } = outgoing
    const start = performance.now()
    const before = socket?.bytesWritten ?? 0
    const tell = () => {
      const bytes = Math.max(0, (socket?.bytesWritten ?? 0) - before)
      const all = Math.round(ms + performance.now() - start)
      const cut = !outgoing.writableFinished
      writeLine({ level: 'info', what: 'request', ...about, ms: all, bytes, ...(cut && { cut }) })
    }
    if (outgoing.closed) tell()
    else outgoing.once('close', tell)
  }
}

/** A line for each SMTP session, once its connection has ended. */
export function smtpAccessLog(writeLine: Log, door: SmtpDoor): (told: SessionTold) => void {
  return (told) => writeLine({ level: 'info', what: 'SMTP session', door, ...told })
}

/** Where emails are handed in, and where they come back. */
export type SmtpDoor = 'submission' | 'returned'
