import { testAudit } from '../../conformance/audit.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testAudit('DynamoDB', async () => {
    const clock = virtualClock()
    const backend = await aws.backend(clock)
    return { audit: backend.audit, clock, close: () => backend.close() }
  }),
)
