import { testStanding } from '../../conformance/standing.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testStanding('DynamoDB', async () => {
    const backend = await aws.backend()
    return { standing: backend.standing, close: () => backend.close() }
  }),
)
