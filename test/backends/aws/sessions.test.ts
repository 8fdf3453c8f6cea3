import { testSessions } from '../../conformance/sessions.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testSessions('DynamoDB', async () => {
    const backend = await aws.backend()
    return { sessions: backend.sessions, close: () => backend.close() }
  }),
)
