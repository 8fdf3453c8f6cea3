import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Upload, UploadPlace, Uploads } from '../../mail/ports/uploads.ts'

export interface UploadsHarness {
  readonly uploads: Uploads
  /** PUTs bytes at a place that is not the API; says whether they were taken. */
  sendTo?(place: UploadPlace, bytes: Uint8Array): Promise<boolean>
  close(): void | Promise<void>
}

/** What every place for uploads must do. */
export function testUploads(name: string, open: () => Promise<UploadsHarness>) {
  describe(`${name}: uploads`, () => {
    let harness: UploadsHarness
    let uploads: Uploads
    beforeEach(async () => {
      harness = await open()
      uploads = harness.uploads
    })
    afterEach(() => harness.close())

    /** Announces an upload; what a caller then does with the bytes. */
    async function opened(upload: Upload) {
      const place = await uploads.open(upload)
      return (bytes: Uint8Array, owner = upload.owner, now = noon) =>
        place ? harness.sendTo!(place, bytes) : uploads.put(owner, upload.id, bytes, now)
    }

    it('gives back every byte, as often as asked, with what was announced', async () => {
      const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
      const upload = anUpload({ size: 512, filename: 'réport.pdf' })
      const send = await opened(upload)
      expect(await send(bytes)).toBe(true)
      for (let time = 0; time < 2; time++) {
        const got = await uploads.get('k1', upload.id, noon + hour - 1)
        expect(got!.upload).toEqual(upload)
        expect(Array.from(got!.bytes)).toEqual(Array.from(bytes))
      }
    })

    it('has nothing before the bytes came', async () => {
      const upload = anUpload()
      await uploads.open(upload)
      expect(await uploads.get('k1', upload.id, noon)).toBeUndefined()
    })

    it.each([4, 6, 0])('takes %i bytes for none of 5', async (size) => {
      const upload = anUpload({ size: 5 })
      const send = await opened(upload)
      expect(await send(Buffer.alloc(size))).toBe(false)
      expect(await uploads.get('k1', upload.id, noon)).toBeUndefined()
    })

    it('belongs to the caller who opened it', async () => {
      const upload = anUpload({ size: 2 })
      const send = await opened(upload)
      expect(await send(Buffer.from('hi'))).toBe(true)
      expect(await uploads.get('k2', upload.id, noon)).toBeUndefined()
      expect(await uploads.get('k1', upload.id, noon)).toBeDefined()
    })

    it('is replaced when it is sent again', async () => {
      const upload = anUpload({ size: 2 })
      const send = await opened(upload)
      await send(Buffer.from('aa'))
      expect(await send(Buffer.from('bb'))).toBe(true)
      const got = await uploads.get('k1', upload.id, noon)
      expect(Buffer.from(got!.bytes).toString()).toBe('bb')
    })

    it('is gone when it expires', async () => {
      const upload = anUpload({ size: 2 })
      const send = await opened(upload)
      await send(Buffer.from('hi'))
      expect(await uploads.get('k1', upload.id, noon + hour - 1)).toBeDefined()
      expect(await uploads.get('k1', upload.id, noon + hour)).toBeUndefined()
    })

    it('takes bytes through the API only from its caller, for its size and in time', async () => {
      const upload = anUpload({ size: 2 })
      if (await uploads.open(upload)) return
      const bytes = Buffer.from('hi')
      expect(await uploads.put('k2', upload.id, bytes, noon)).toBe(false)
      expect(await uploads.put('k1', randomUUID(), bytes, noon)).toBe(false)
      expect(await uploads.put('k1', upload.id, bytes, noon + hour)).toBe(false)
      expect(await uploads.put('k1', upload.id, bytes, noon + hour - 1)).toBe(true)
    })

    it('is as large as the limit says, and not a byte larger', async () => {
      const { bytes: size } = uploads.limits
      await expect(uploads.open(anUpload({ size: size + 1 }))).rejects.toThrow(RangeError)
      const upload = anUpload({ size })
      const bytes = randomBytes(size)
      const send = await opened(upload)
      expect(await send(bytes)).toBe(true)
      const got = await uploads.get('k1', upload.id, noon)
      expect(sha256(got!.bytes)).toBe(sha256(bytes))
    })
  })
}

const hour = 3_600_000
/** Ahead of the clock on the wall: a place outside the API may go by that. */
const noon = Date.now() + hour

function anUpload(values: Partial<Upload> = {}): Upload {
  return {
    id: randomUUID(),
    owner: 'k1',
    size: 5,
    contentType: 'application/pdf',
    expiresAt: noon + hour,
    ...values,
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
