import { testReputation } from '../../conformance/reputation.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testReputation('DynamoDB', async () => {
    const backend = await aws.backend()
    return { reputation: backend.reputation, close: () => backend.close() }
  }),
)
