import { testBlobs } from '../../conformance/blobs.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testBlobs('S3', async () => {
    const backend = await aws.backend()
    return { blobs: backend.blobs, close: () => backend.close() }
  }),
)
