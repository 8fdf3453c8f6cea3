import { testStanding } from '../../conformance/standing.ts'
import { temporaryBackend } from './temporary.ts'

testStanding('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { standing: backend.standing, close }
})
