import { testKeys } from '../../conformance/keys.ts'
import { temporaryBackend } from './temporary.ts'

testKeys('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { keys: backend.keys, close }
})
