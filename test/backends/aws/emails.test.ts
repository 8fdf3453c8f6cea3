import { testEmails } from '../../conformance/emails.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) => {
  const open = async () => {
    const backend = await aws.backend(virtualClock())
    return { emails: backend.emails, close: () => backend.close() }
  }
  // Each step of the model is two calls of the emulator, some milliseconds each.
  testEmails('DynamoDB', open, { modelRuns: 30 })
})
