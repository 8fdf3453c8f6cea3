import { testEvents } from '../../conformance/events.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) =>
  testEvents('DynamoDB', async () => {
    const clock = virtualClock()
    const backend = await aws.backend(clock)
    return { backend, clock, close: () => backend.close() }
  }),
)
