import { testKeys } from '../../conformance/keys.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testKeys('DynamoDB', async () => {
    const backend = await aws.backend()
    return { keys: backend.keys, close: () => backend.close() }
  }),
)
