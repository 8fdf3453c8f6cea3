import { testNotices } from '../../conformance/notices.ts'
import { testWebhooks } from '../../conformance/webhooks.ts'
import { temporaryBackend } from './temporary.ts'

testWebhooks('SQLite', async () => temporaryBackend())
testNotices('SQLite', async () => temporaryBackend())
