import { testDeadLetters } from '../../conformance/dead-letters.ts'
import { temporaryBackend } from './temporary.ts'

testDeadLetters('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { queue: backend.queue, deadLetters: backend.deadLetters, close }
})
