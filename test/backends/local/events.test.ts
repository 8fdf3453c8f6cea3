import { testEvents } from '../../conformance/events.ts'
import { temporaryBackend } from './temporary.ts'

testEvents('SQLite', async () => temporaryBackend())
