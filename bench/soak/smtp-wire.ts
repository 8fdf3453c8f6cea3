import type { Socket } from 'node:net'

/** The server's end of an SMTP connection, read piece by piece. */
export interface SmtpWire {
  /** The next command; undefined at the end. */
  line(): Promise<string | undefined>
  /** All up to CRLF.CRLF, its stuffed dots taken out; undefined when the connection ends before. */
  content(): Promise<Buffer | undefined>
  /** Whether so many bytes are there, and the final dot is not; waits until one of both is. */
  holds(bytes: number): Promise<boolean>
  say(...lines: readonly string[]): void
  /** Breaks the connection. */
  drop(): void
}

const endOfContent = '\r\n.\r\n'

export function smtpWire(socket: Socket): SmtpWire {
  const chunks = socket[Symbol.asyncIterator]()
  let pending: Buffer = Buffer.alloc(0)

  /** Whether there was more. */
  async function readMore(): Promise<boolean> {
    const next = await chunks.next().catch(() => ({ done: true, value: undefined }))
    if (!next.done) pending = Buffer.concat([pending, next.value as Buffer])
    return !next.done
  }

  async function upTo(mark: string): Promise<Buffer | undefined> {
    for (;;) {
      const end = pending.indexOf(mark)
      if (end >= 0) {
        const part = pending.subarray(0, end)
        pending = pending.subarray(end + mark.length)
        return part
      }
      if (!(await readMore())) return undefined
    }
  }

  return {
    line: async () => (await upTo('\r\n'))?.toString('latin1'),
    async holds(bytes) {
      while (!pending.includes(endOfContent)) {
        if (pending.length >= bytes) return true
        if (!(await readMore())) return false
      }
      return false
    },
    async content() {
      const raw = await upTo(endOfContent)
      // RFC 5321 section 4.5.2.
      return (
        raw && Buffer.from(`${raw.toString('latin1').replace(/(^|\n)\./g, '$1')}\r\n`, 'latin1')
      )
    },
    say(...lines) {
      if (socket.writable) socket.write(lines.map((line) => `${line}\r\n`).join(''))
    },
    drop: () => void socket.destroy(),
  }
}
