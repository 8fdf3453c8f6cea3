import { testCaptures } from '../../conformance/captures.ts'
import { temporaryBackend } from './temporary.ts'

testCaptures('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { captures: backend.captures, close }
})
