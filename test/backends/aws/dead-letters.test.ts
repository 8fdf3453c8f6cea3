import { testDeadLetters } from '../../conformance/dead-letters.ts'
import { onAws } from './emulated.ts'

onAws('on AWS', (aws) => {
  testDeadLetters('SQS', async () => {
    const { backend, close } = await aws.virtual()
    return { queue: backend.queue, deadLetters: backend.deadLetters, close }
  })
})
