import { testGroups } from '../../conformance/groups.ts'
import { temporaryBackend } from './temporary.ts'

testGroups('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { groups: backend.groups, close }
})
