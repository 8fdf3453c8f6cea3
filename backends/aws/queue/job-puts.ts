import type { SQSClient } from '@aws-sdk/client-sqs'
import { contentKey, encodeContent } from '../../../mail/content.ts'
import type { Job } from '../../../mail/email/job.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { Bucket } from '../bucket.ts'
import { sendAll } from './batches.ts'
import { messageGroup } from './message-group.ts'
import type { ProvenMessages } from './proven-messages.ts'
import type { Schedules } from './schedules.ts'

interface JobPutsParts {
  readonly sqs: () => SQSClient
  readonly queueUrl: string
  readonly bucket: Bucket
  readonly schedules: Schedules
  readonly messages: ProvenMessages
  readonly clock: Clock
}

/** Puts jobs, each by itself: a crash may leave the first few. Twice does no harm. */
export type PutEach = (jobs: readonly Job[]) => Promise<void>

/** SQS holds a new message back for so long; later is a schedule's. */
const longestDelayMs = 900_000

/** Schedules that are made at a time. */
const schedulesAtOnce = 20

export function jobPuts(parts: JobPutsParts): PutEach {
  const { sqs, queueUrl, bucket, schedules, messages, clock } = parts
  const delayOf = ({ dueAt = 0 }: Job) => Math.max(0, dueAt - clock.now())
  const isLater = (job: Job) => delayOf(job) > longestDelayMs

  /** The schedule carries only the id, so the content must be where the job will look for it. */
  async function schedule({ id, content, dueAt }: Job) {
    if (content) await bucket.put(contentKey(id), encodeContent(content))
    await schedules.set(id, dueAt!)
  }

  async function messageOf(job: Job) {
    const { dueAt, ...rest } = job
    const delaySeconds = Math.ceil(delayOf(job) / 1_000)
    const body = await messages.write({ kind: 'job', job: rest })
    const group = messageGroup(job)
    return { body, delaySeconds, group, ...(delaySeconds > 0 && { dueAt }) }
  }

  return async (jobs) => {
    const later = jobs.filter(isLater)
    for (let first = 0; first < later.length; first += schedulesAtOnce)
      await Promise.all(later.slice(first, first + schedulesAtOnce).map(schedule))
    const soon = jobs.filter((job) => !isLater(job))
    await sendAll(sqs(), queueUrl, await Promise.all(soon.map(messageOf)))
  }
}
