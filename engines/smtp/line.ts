import type { Connection } from './connection.ts'
import { replyReader } from './reply-reader.ts'

/**
 * A connection after the login, taken over from nodemailer: commands and content go out as they
 * are given, and what comes is filed in the dialogue.
 */
export interface Line {
  /** Says commands, all in one segment. */
  say(...commands: string[]): void
  write(bytes: Uint8Array): void
  /** Whether all that was written before is on its way, or nearly all. */
  isReady(): boolean
  /** Resolves as soon as `done` says so; rejects as `Connection.ask` does. */
  until(signal: AbortSignal, done: () => boolean, ms?: number): Promise<void>
  /** Resolves when the server owes no answer, or gave one too many. */
  answers(signal: AbortSignal): Promise<void>
  /** Says goodbye; resolves when the connection is over, which it soon is without an answer too. */
  quit(): Promise<void>
}

/**
 * Characters of one reply: even one of a megabyte is read to its end, because its code decides
 * what became of an email.
 */
const longestReply = 1_310_720

export function takeLine(connection: Connection): Line {
  const { dialogue, socket } = connection
  const read = replyReader(longestReply)
  let look: (() => void) | undefined

  function hear(chunk: Buffer) {
    const replies = read(chunk)
    // Whatever it still says after that, it is about to close (RFC 5321 section 3.8).
    const farewell = replies.findIndex((reply) => reply.startsWith('421'))
    for (const reply of farewell < 0 ? replies : replies.slice(0, farewell + 1))
      dialogue.hear(reply)
    // Once a reply comes while none is expected, it is unknown which answers what.
    const isOver = farewell >= 0 || !look
    look?.()
    if (isOver) connection.destroy()
  }

  socket.removeAllListeners('data')
  socket.on('data', (chunk: Buffer) => {
    try {
      hear(chunk)
    } catch (error) {
      connection.destroy(error as Error)
    }
  })
  socket.on('drain', () => look?.())

  function say(...commands: string[]) {
    for (const command of commands) dialogue.say(command)
    socket.write(`${commands.join('\r\n')}\r\n`)
  }

  async function until(signal: AbortSignal, done: () => boolean, ms?: number) {
    try {
      await connection.ask<void>(
        signal,
        (resolve) => {
          look = () => done() && resolve()
          look()
        },
        ms,
      )
    } finally {
      look = undefined
    }
  }

  return {
    say,
    write: (bytes) => void socket.write(bytes),
    isReady: () => !socket.writableNeedDrain,
    until,
    answers: (signal) => until(signal, () => dialogue.answered || dialogue.outOfStep),
    async quit() {
      if (!connection.alive) return
      dialogue.begin()
      say('QUIT')
      await until(new AbortController().signal, () => dialogue.answered).catch(() => undefined)
      connection.destroy()
    },
  }
}
