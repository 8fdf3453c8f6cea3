import { testIdempotency } from '../../conformance/idempotency.ts'
import { temporaryBackend } from './temporary.ts'

testIdempotency('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { idempotency: backend.idempotency, close }
})
