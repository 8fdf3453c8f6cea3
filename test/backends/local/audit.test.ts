import { testAudit } from '../../conformance/audit.ts'
import { keeping, temporaryBackend } from './temporary.ts'

testAudit('SQLite', async () => {
  const { backend, clock, close } = temporaryBackend()
  return { audit: backend.audit, clock, sweep: () => backend.sweep(clock.now(), keeping(7)), close }
})
