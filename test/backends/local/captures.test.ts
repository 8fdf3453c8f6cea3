import { testCaptures } from '../../conformance/captures.ts'
import { temporaryBackend } from './temporary.ts'

testCaptures('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  const { captures, emails, blobs } = backend
  return { captures, emails, blobs, close }
})
