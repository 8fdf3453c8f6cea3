import { parseMessage } from '../../../backends/aws/queue/messages.ts'
import { jobOf } from '../../../mail/email/job.ts'
import type { Job } from '../../../mail/email/job.ts'
import type { Received } from '../../conformance/queue.ts'
import type { FakeMessage } from '../../remote/fake-sqs.ts'
import type { VirtualAws } from './places.ts'

/** Takes all that is due off the queue and takes requests apart, as the send function does. */
export async function takeAll(aws: VirtualAws): Promise<Received[]> {
  const received: Received[] = []
  for (;;) {
    const messages = aws.sqs.receive(aws.place.queueUrl, 1_000)
    if (messages.length === 0) return received
    for (const message of messages) received.push(...(await take(aws, message)))
  }
}

/** Takes only requests apart; all else stays where it is. */
export async function takeRequestsApart(aws: VirtualAws): Promise<void> {
  for (const message of [...aws.sqs.on(aws.place.queueUrl)])
    if (isRequest(message.body)) await take(aws, { ...message, receipt: `${message.id} ` })
}

function isRequest(body: string): boolean {
  const parsed = parseMessage(body)
  return parsed.kind === 'own' && parsed.claim.message?.kind.startsWith('jobs') === true
}

async function take({ backend, sqs, place }: VirtualAws, { receipt, ...message }: FakeMessage) {
  const { inbox, emails } = backend
  const acknowledge = async () => void sqs.remove(place.queueUrl, receipt)
  const received = (job: Job) => ({
    job,
    acknowledge,
    defer: (seconds: number) => inbox.defer(receipt, seconds),
  })
  const arrival = await inbox.read(message)
  if (arrival.kind === 'job') return [received(arrival.job)]
  if (arrival.kind === 'request') {
    await inbox.fanOut(arrival.jobs)
    await acknowledge()
  }
  if (arrival.kind !== 'pointer') return []
  const email = await emails.get(arrival.id, '*')
  return email ? [received(jobOf(email))] : []
}
