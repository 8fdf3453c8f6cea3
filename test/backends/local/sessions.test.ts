import { testSessions } from '../../conformance/sessions.ts'
import { temporaryBackend } from './temporary.ts'

testSessions('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { sessions: backend.sessions, close }
})
