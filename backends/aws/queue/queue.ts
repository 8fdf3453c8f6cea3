import { encodeContent } from '../../../mail/content.ts'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Job } from '../../../mail/email/job.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Queue } from '../../../mail/ports/queue.ts'
import type { Bucket } from '../bucket.ts'
import type { DeadLetterQueue } from './dead-letters.ts'
import { bucketShape } from '../env.ts'
import type { PutEach } from './job-puts.ts'
import { sendAll } from './batches.ts'
import { writeMessage } from './messages.ts'
import type { ProvenMessages } from './proven-messages.ts'
import type { Schedules } from './schedules.ts'

interface QueueParts {
  readonly sqs: () => SQSClient
  readonly queueUrl: string
  readonly bucket: Bucket
  readonly putEach: PutEach
  readonly schedules: Schedules
  readonly deadLetters: DeadLetterQueue
  readonly messages: ProvenMessages
  readonly depth: Queue['depth']
  readonly lanes: Queue['lanes']
  readonly clock: Clock
}

/**
 * A message holds 1 MiB, and each 64 KB of it is paid for; above 256 KB an object is cheaper. So
 * much of content is at most twice as much when it is written (two characters need escapes). The
 * send function reads a request whole, and perhaps ten at a time: a thousand contents of 256 KB
 * would be more than it has.
 */
const limits = { inlineBytes: 262_144, togetherBytes: 4_000_000, batch: 1_000, hastens: false }

/** An SQS queue: one message for each job, and for each request of several emails. */
export function sqsQueue(parts: QueueParts): Queue {
  const { putEach, schedules, deadLetters, depth, lanes, clock } = parts
  return {
    limits,
    async put(jobs) {
      refuse(jobs)
      await (jobs.length > 1 ? putRequest(jobs, parts) : putEach(jobs))
    },
    cancel: (id) => schedules.remove(id),
    bury: (job, reason) => deadLetters.add({ emailId: job.id, reason, at: clock.now() }),
    // A message that waits stays hidden until its time: SQS shows none sooner.
    hasten: () => Promise.resolve(),
    depth,
    lanes,
  }
}

/** Several jobs as one message: it is there, or none of them is. The inbox takes it apart. */
async function putRequest(jobs: readonly Job[], parts: QueueParts) {
  const { sqs, queueUrl, bucket, messages } = parts
  const request = { kind: 'jobs', jobs } as const
  const bytes = Buffer.from(writeMessage(request, () => 'that of the message that points here'))
  const put = (body: string) => sendAll(sqs(), queueUrl, [{ body, delaySeconds: 0 }])
  if (bytes.byteLength <= limits.inlineBytes) return put(await messages.write(request))
  const key = `${bucketShape.requests.prefix}${crypto.randomUUID()}`
  await bucket.put(key, bytes)
  await put(await messages.write({ kind: 'jobsAt', key }))
}

function refuse(jobs: readonly Job[]) {
  if (jobs.length > limits.batch)
    throw new RangeError(`at most ${limits.batch} jobs can be put at once`)
  const isTooLarge = ({ content }: Job) =>
    content && encodeContent(content).byteLength > limits.inlineBytes
  if (jobs.some(isTooLarge))
    throw new RangeError(
      'content above 256 KB does not travel in the job: it belongs at content/<id>',
    )
}
