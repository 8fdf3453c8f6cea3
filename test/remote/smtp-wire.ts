import type { Socket } from 'node:net'

/** The server's end of one connection: lines and contents as they come, byte for byte. */
interface Wire {
  readonly socket: Socket
  /** The next line without CRLF; undefined at the end. */
  line(): Promise<string | undefined>
  /** Everything up to CRLF.CRLF, without that; undefined at the end. */
  content(): Promise<Buffer | undefined>
  /** Resolves when so many bytes have come, or the end. */
  atLeast(bytes: number): Promise<void>
  /** `chop`: every byte in a segment of its own. */
  write(bytes: string | Buffer, chop?: boolean): Promise<void>
}

export function wireOn(
  socket: Socket,
  record: (chunk: Buffer) => void,
  pace?: (bytes: number) => Promise<void>,
): Wire {
  let chunks: Buffer[] = []
  let length = 0
  let over = false
  let wake = () => undefined as void
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    record(chunk)
    chunks.push(chunk)
    length += chunk.length
    if (pace) {
      socket.pause()
      void pace(chunk.length).then(() => socket.resume())
    }
    wake()
  })
  for (const event of ['end', 'close'])
    socket.on(event, () => {
      over = true
      wake()
    })
  const more = () => new Promise<void>((resolve) => (wake = resolve))

  async function upTo(mark: string): Promise<Buffer | undefined> {
    // A mark may lie across several chunks; looking at all of them each time would take minutes.
    for (let from = 0; !over && !Buffer.concat(chunks.slice(from)).includes(mark);) {
      from = Math.max(0, chunks.length - mark.length)
      await more()
    }
    const pending = Buffer.concat(chunks)
    const at = pending.indexOf(mark)
    chunks = [at < 0 ? pending : pending.subarray(at + mark.length)]
    length = chunks[0]!.length
    return at < 0 ? undefined : pending.subarray(0, at)
  }

  return {
    socket,
    line: async () => (await upTo('\r\n'))?.toString('utf8'),
    async content() {
      // A dot right after DATA ends an empty email: the CRLF before it is that of DATA.
      while (length < 3 && !over) await more()
      if (Buffer.concat(chunks).subarray(0, 3).equals(Buffer.from('.\r\n'))) return upTo('.\r\n')
      return upTo('\r\n.\r\n')
    },
    async atLeast(bytes) {
      while (length < bytes && !over) await more()
    },
    async write(bytes, chop = false) {
      if (!socket.writable) return
      if (!chop) return void socket.write(bytes)
      socket.setNoDelay(true)
      for (const byte of Buffer.from(bytes)) {
        socket.write(Uint8Array.of(byte))
        // A turn of the loop for each byte: the client shares the loop and reads in between.
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

/** Takes the stuffed dots out (RFC 5321 section 4.5.2), and puts the last line end back. */
export function unstuffed(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/(^|\r\n)\./g, '$1')
  return Buffer.from(`${text}\r\n`, 'latin1')
}
