import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import type { Access } from './trial.ts'

/** CloudFormation removes no bucket that holds something. */
export async function emptyBucket(bucket: string, access: Access): Promise<void> {
  const client = new S3Client({ ...access, forcePathStyle: access.endpoint !== undefined })
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
      const Objects = Contents.map(({ Key }) => ({ Key }))
      if (Objects.length > 0)
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
    }
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error
  } finally {
    client.destroy()
  }
}
