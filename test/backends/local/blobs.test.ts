import { testBlobs } from '../../conformance/blobs.ts'
import { temporaryBackend } from './temporary.ts'

testBlobs('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { blobs: backend.blobs, close }
})
