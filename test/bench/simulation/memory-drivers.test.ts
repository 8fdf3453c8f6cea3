import { memoryBlobs } from '../../../bench/simulation/memory-blobs.ts'
import { memoryEmails } from '../../../bench/simulation/memory-emails.ts'
import { memoryStanding } from '../../../bench/simulation/memory-standing.ts'
import { simulatedSqs } from '../../../bench/simulation/simulated-sqs.ts'
import { testBlobs } from '../../conformance/blobs.ts'
import { testEmails } from '../../conformance/emails.ts'
import { testQueue } from '../../conformance/queue.ts'
import { testStanding } from '../../conformance/standing.ts'
import { virtualClock } from '../../virtual-clock.ts'

const close = () => undefined

testEmails('in memory', async () => ({ emails: memoryEmails(), close }))

testStanding('in memory', async () => ({ standing: memoryStanding(), close }))

testBlobs('in memory', async () => ({ blobs: memoryBlobs(), close }))

for (const fair of [false, true])
  testQueue(fair ? 'simulated SQS, fair' : 'simulated SQS', async () => {
    const clock = virtualClock()
    const visibilitySeconds = 86_400
    const sqs = simulatedSqs({ clock, visibilitySeconds, fair, doubled: 0, random: Math.random })
    return {
      queue: sqs.queue,
      clock,
      receive: async () =>
        sqs.receive(10_000).map((message) => ({
          job: message.job,
          acknowledge: async () => sqs.remove(message),
          defer: async (seconds: number) => sqs.hide(message, seconds * 1_000),
        })),
      tellsSending: false,
      pass: (ms) => clock.advance(ms),
      close,
    }
  })
