import { testUploads } from '../../conformance/uploads.ts'
import { temporaryBackend } from './temporary.ts'

testUploads('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { uploads: backend.uploads, close }
})
