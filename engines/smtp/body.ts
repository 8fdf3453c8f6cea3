import { Readable } from 'node:stream'

/**
 * Bytes handed on at a time. Small enough that a server which stops reading stops us long
 * before the end of a large email.
 */
const sliceBytes = 65_536

/**
 * An email's bytes as a stream. `begin` runs when the server has let the content come and before
 * the first byte goes; the error it returns stops the email there. The stream's own `end` tells
 * when the last byte was taken: until then nobody has written the final dot.
 */
export function bodyOf(bytes: Uint8Array, begin: () => Error | undefined): Readable {
  let at = 0
  return new Readable({
    highWaterMark: sliceBytes,
    read() {
      const refusal = at === 0 ? begin() : undefined
      if (refusal) return void this.destroy(refusal)
      this.push(bytes.subarray(at, at + sliceBytes))
      at += sliceBytes
      if (at >= bytes.length) this.push(null)
    },
  })
}
