import { testGroups } from '../../conformance/groups.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testGroups('DynamoDB', async () => {
    const backend = await aws.backend()
    return { groups: backend.groups, close: () => backend.close() }
  }),
)
