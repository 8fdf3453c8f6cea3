import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Blobs } from '../../mail/ports/blobs.ts'

export interface BlobsHarness {
  readonly blobs: Blobs
  close(): void | Promise<void>
}

/** What every store of bytes must do. */
export function testBlobs(name: string, open: () => Promise<BlobsHarness>) {
  describe(`${name}: blobs`, () => {
    let harness: BlobsHarness
    let blobs: Blobs
    beforeEach(async () => {
      harness = await open()
      blobs = harness.blobs
    })
    afterEach(() => harness.close())

    it('gives back every byte', async () => {
      const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
      await blobs.put('content/a', bytes)
      expect(Array.from((await blobs.get('content/a'))!)).toEqual(Array.from(bytes))
    })

    it('gives back no bytes where none were put', async () => {
      await blobs.put('content/a', new Uint8Array())
      expect(await blobs.get('content/a')).toHaveLength(0)
      expect(await blobs.get('content/b')).toBeUndefined()
    })

    it('keeps a window of a larger buffer, not the buffer', async () => {
      await blobs.put('content/a', Buffer.from('--bytes--').subarray(2, 7))
      expect(text(await blobs.get('content/a'))).toBe('bytes')
    })

    it('keeps 40 MB, as an email with attachments may have', async () => {
      const bytes = randomBytes(40 * 1024 * 1024)
      await blobs.put('content/large', bytes)
      expect(sha256((await blobs.get('content/large'))!)).toBe(sha256(bytes))
    })

    it('replaces what lies under a key', async () => {
      await blobs.put('content/a', Buffer.from('a long first text'))
      await blobs.put('content/a', Buffer.from('second'))
      expect(text(await blobs.get('content/a'))).toBe('second')
    })

    it('removes one, and has nothing against removing it again', async () => {
      await blobs.put('content/a', Buffer.from('a'))
      await blobs.put('content/ab', Buffer.from('ab'))
      await blobs.remove('content/a')
      await blobs.remove('content/a')
      expect(await blobs.get('content/a')).toBeUndefined()
      expect(text(await blobs.get('content/ab'))).toBe('ab')
    })
  })
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString()
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
