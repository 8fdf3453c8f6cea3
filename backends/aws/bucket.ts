import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import type { Blobs } from '../../mail/ports/blobs.ts'

/** The one bucket: bytes by name. */
export interface Bucket extends Blobs {
  /** Leaves an existing object alone. */
  putNew(key: string, bytes: Uint8Array): Promise<void>
  /** The next thousand keys that begin so, in their order, after one of them. */
  list(prefix: string, after?: string): Promise<readonly string[]>
  /** Of the next thousand those that were put before a time; and the last of all, unless that is the end. */
  listOlder(prefix: string, before: number, after?: string): Promise<Older>
}

export interface Older {
  readonly keys: readonly string[]
  readonly last?: string
}

export function s3Bucket(s3: () => Promise<S3Client>, name: string): Bucket {
  const Bucket = name
  return {
    async put(Key, Body) {
      const { PutObjectCommand } = await sdk()
      await (await s3()).send(new PutObjectCommand({ Bucket, Key, Body }))
    },
    async putNew(Key, Body) {
      const { PutObjectCommand } = await sdk()
      const command = new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' })
      await ignoring('PreconditionFailed', (await s3()).send(command))
    },
    get: async (key) => ignoring('NoSuchKey', read(await s3(), name, key)),
    async list(Prefix, StartAfter) {
      const { ListObjectsV2Command } = await sdk()
      const command = new ListObjectsV2Command({ Bucket, Prefix, StartAfter })
      const { Contents = [] } = await (await s3()).send(command)
      return Contents.map(({ Key }) => Key!)
    },
    async listOlder(Prefix, before, StartAfter) {
      const { ListObjectsV2Command } = await sdk()
      const command = new ListObjectsV2Command({ Bucket, Prefix, StartAfter })
      const { Contents = [] } = await (await s3()).send(command)
      const old = Contents.filter(({ LastModified }) => LastModified!.getTime() < before)
      const last = Contents.at(-1)?.Key
      return { keys: old.map(({ Key }) => Key!), ...(last !== undefined && { last }) }
    },
    async remove(Key) {
      const { DeleteObjectCommand } = await sdk()
      await (await s3()).send(new DeleteObjectCommand({ Bucket, Key }))
    },
  }
}

/** How often an object is asked for whose bytes did not arrive whole. */
const readings = 3

/** The SDK tries again until an answer begins; that it ends too early is only found while reading. */
async function read(client: S3Client, name: string, key: string): Promise<Uint8Array> {
  const { GetObjectCommand } = await sdk()
  for (let reading = 1; ; reading++) {
    const answer = await client.send(new GetObjectCommand({ Bucket: name, Key: key }))
    try {
      return await bytesOf(answer)
    } catch (error) {
      if (reading === readings) throw error
    }
  }
}

/**
 * Into one array as it comes: the SDK's own way keeps all pieces as well, for as long as it keeps
 * the connection, and twice 40 MB are much of what a function has.
 */
async function bytesOf({ Body, ContentLength = 0 }: GetObjectCommandOutput): Promise<Uint8Array> {
  const bytes = new Uint8Array(ContentLength)
  let length = 0
  for await (const piece of Body as AsyncIterable<Uint8Array>) {
    bytes.set(piece, length)
    length += piece.byteLength
  }
  if (length < ContentLength) throw new Error('the object did not come whole')
  return bytes
}

async function ignoring<T>(expected: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && error.name === expected) return undefined
    throw error
  }
}

/** Loaded by the first email that needs it: most need none. */
function sdk() {
  return import('@aws-sdk/client-s3')
}
