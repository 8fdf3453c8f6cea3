import { virtualClock } from '../../virtual-clock.ts'
import { testSuppressions } from '../../conformance/suppressions.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testSuppressions('DynamoDB', async () => {
    const backend = await aws.backend(virtualClock())
    return { suppressions: backend.suppressions, close: () => backend.close() }
  }),
)
