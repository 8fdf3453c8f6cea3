import { testLinkKeys } from '../../conformance/link-keys.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testLinkKeys('DynamoDB', async () => {
    const backend = await aws.backend()
    return { linkKeys: backend.linkKeys, close: () => backend.close() }
  }),
)
