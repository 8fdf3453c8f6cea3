import { testQueue } from '../../conformance/queue.ts'
import { onAws } from './emulated.ts'
import { takeAll, takeRequestsApart } from './taken.ts'

onAws('on AWS', (aws) => {
  testQueue('SQS', async () => {
    const virtual = await aws.virtual()
    const { backend, clock, pass, close } = virtual
    return {
      queue: backend.queue,
      clock,
      receive: () => takeAll(virtual),
      settle: () => takeRequestsApart(virtual),
      tellsSending: false,
      pass,
      close,
    }
  })
})
