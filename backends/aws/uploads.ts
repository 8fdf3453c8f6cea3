import type { S3Client } from '@aws-sdk/client-s3'
import { mostAttachmentBytes } from '../../mail/request/email-request.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Upload, Uploads } from '../../mail/ports/uploads.ts'
import type { Bucket } from './bucket.ts'
import { bucketShape } from './env.ts'
import type { Item, Key } from './table/item.ts'
import type { Table } from './table/table.ts'

interface UploadParts {
  readonly table: Table
  readonly bucket: Bucket
  readonly bucketName: string
  readonly s3ForUrls: () => Promise<S3Client>
  readonly clock: Clock
}

const limits = { bytes: mostAttachmentBytes }

/**
 * Attachments that came ahead of their email. Their bytes go straight to the bucket, because a
 * function takes 6 MB at most; what was announced of each is an item.
 */
export function s3Uploads({ table, bucket, bucketName, s3ForUrls, clock }: UploadParts): Uploads {
  async function announced(owner: string, id: string, now: number): Promise<Upload | undefined> {
    const item = await table.get(keyOf(id))
    return item && item['o'] === owner && (item['e'] as number) > now
      ? uploadOf(id, item)
      : undefined
  }

  return {
    limits,
    async open(upload) {
      if (upload.size > limits.bytes)
        throw new RangeError(`an upload has at most ${limits.bytes} bytes`)
      await table.put(itemOf(upload))
      return placeOf(await s3ForUrls(), bucketName, upload, clock.now())
    },
    async put(owner, id, bytes, now) {
      const upload = await announced(owner, id, now)
      if (upload?.size !== bytes.byteLength) return false
      await bucket.put(objectOf(id), bytes)
      return true
    },
    async get(owner, id, now) {
      const upload = await announced(owner, id, now)
      const bytes = upload && (await bucket.get(objectOf(id)))
      return bytes?.byteLength === upload?.size && bytes ? { upload: upload, bytes } : undefined
    },
  }
}

/** Longest that a signature of S3 counts: seven days. */
const longestSeconds = 604_800

/** A URL that takes exactly these bytes' number and type until it expires, and needs no key. */
async function placeOf(client: S3Client, Bucket: string, upload: Upload, now: number) {
  const [{ PutObjectCommand }, { getSignedUrl }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
  ])
  const { id, size, contentType, expiresAt } = upload
  const command = new PutObjectCommand({
    Bucket,
    Key: objectOf(id),
    ContentLength: size,
    ContentType: contentType,
  })
  const url = await getSignedUrl(client, command, {
    expiresIn: Math.max(1, Math.min(Math.floor((expiresAt - now) / 1_000), longestSeconds)),
    signableHeaders: new Set(['host', 'content-length', 'content-type']),
  })
  return { url, headers: { 'content-type': contentType } }
}

function objectOf(id: string): string {
  return `${bucketShape.uploads.prefix}${id}`
}

function keyOf(id: string): Key {
  return { p: `u#${id}`, s: 'u' }
}

function itemOf({ id, owner, size, contentType, filename, expiresAt }: Upload): Key & Item {
  const x = Math.ceil(expiresAt / 1_000)
  return { ...keyOf(id), o: owner, z: size, a: contentType, m: filename, e: expiresAt, x }
}

function uploadOf(id: string, item: Item): Upload {
  return {
    id,
    owner: item['o'] as string,
    size: item['z'] as number,
    contentType: item['a'] as string,
    ...(item['m'] !== undefined && { filename: item['m'] as string }),
    expiresAt: item['e'] as number,
  }
}
