import { hash } from 'node:crypto'

/** In bytes: of a million addresses one in twenty others is taken for one of them, of 100,000 one in 2,000. */
const size = 1 << 20

/** Whether an address may be among those that were added: a no is certain (Bloom filter, 1970). */
export interface AddressFilter {
  readonly add: (key: string) => void
  readonly mayHave: (key: string) => boolean
}

/** A megabyte of memory, however many are added. Nothing is ever taken out. */
export function addressFilter(): AddressFilter {
  const bits = new Uint8Array(size)
  return {
    add(key) {
      for (const bit of bitsOf(key)) bits[bit >>> 3]! |= 1 << (bit & 7)
    },
    mayHave: (key) => bitsOf(key).every((bit) => (bits[bit >>> 3]! & (1 << (bit & 7))) !== 0),
  }
}

function bitsOf(key: string): readonly number[] {
  const digest = hash('sha256', key, 'buffer')
  return [digest.readUInt32LE(0) % (size * 8), digest.readUInt32LE(4) % (size * 8)]
}
