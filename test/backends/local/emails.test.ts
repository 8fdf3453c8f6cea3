import { testEmails } from '../../conformance/emails.ts'
import { temporaryBackend } from './temporary.ts'

testEmails('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { emails: backend.emails, close }
})
