import type { S3Client } from '@aws-sdk/client-s3'
import { newId } from '../../mail/email/id.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Bucket } from './bucket.ts'
import { bucketShape } from './env.ts'

/** A file that is too large for the answer of a function. */
export interface LentFile {
  readonly bytes: Uint8Array
  /** The headers that it is to be served with. */
  readonly type: string
  readonly disposition: string
}

/** Puts a file where it can be fetched without a key, and says where: the link ends by itself. */
export type Lend = (file: LentFile) => Promise<string>

interface LendParts {
  readonly bucket: Bucket
  readonly bucketName: string
  readonly s3ForUrls: () => Promise<S3Client>
  readonly clock: Clock
}

/** A download begins at once; nothing but a new request makes another link. */
const validSeconds = 300

export function lendFiles({ bucket, bucketName, s3ForUrls, clock }: LendParts): Lend {
  return async ({ bytes, type, disposition }) => {
    const Key = `${bucketShape.downloads.prefix}${newId(clock.now())}`
    const [{ GetObjectCommand }, { getSignedUrl }, client] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
      s3ForUrls(),
      bucket.put(Key, bytes),
    ])
    const command = new GetObjectCommand({
      Bucket: bucketName,
      Key,
      ResponseContentType: type,
      ResponseContentDisposition: disposition,
    })
    return getSignedUrl(client, command, { expiresIn: validSeconds })
  }
}
