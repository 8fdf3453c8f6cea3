import { testLinkKeys } from '../../conformance/link-keys.ts'
import { temporaryBackend } from './temporary.ts'

testLinkKeys('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { linkKeys: backend.linkKeys, close }
})
