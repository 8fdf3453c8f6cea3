import { testIdempotency } from '../../conformance/idempotency.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testIdempotency('DynamoDB', async () => {
    const backend = await aws.backend()
    return { idempotency: backend.idempotency, close: () => backend.close() }
  }),
)
