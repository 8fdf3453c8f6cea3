import { testNotices } from '../../conformance/notices.ts'
import { testWebhooks } from '../../conformance/webhooks.ts'
import { onAws, type EmulatedAws } from './emulated.ts'

onAws('on AWS', (aws) => {
  testWebhooks('DynamoDB', () => open(aws))
  testNotices('DynamoDB and SQS', () => open(aws))
})

async function open(aws: EmulatedAws) {
  const { backend, clock, close } = await aws.virtual()
  return { backend, clock, close }
}
