import { createHash } from 'node:crypto'
import type { Job } from '../../../mail/email/job.ts'
import { partsOfLane } from '../../../mail/email/lane.ts'
import { usualWeights, type Stream } from '../../../mail/email/stream.ts'

/** The MessageGroupId of a job. */
export type MessageGroups = (job: Pick<Job, 'id' | 'lane'>) => string

/**
 * A standard queue whose messages have a group is a fair queue: a group that has more than a tenth of
 * what is in flight, and at least 30, is noisy, and what other groups have is given first. So bulk is
 * as many groups as may have its share before they are noisy, however many domains a mailing is for;
 * a transactional domain as many as may have the other share.
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html,
 * docs/decisions/0013-streams-on-aws.md)
 *
 * @param atOnce messages that all environments have at a time
 */
export function messageGroups(atOnce: number): MessageGroups {
  const sharesOf = (stream: Stream) =>
    (usualWeights[stream] / (usualWeights.transactional + usualWeights.bulk)) *
    (atOnce / Math.max(noisy.least, noisy.share * atOnce))
  const parts = {
    transactional: Math.max(1, Math.floor(sharesOf('transactional'))),
    bulk: Math.ceil(sharesOf('bulk')),
  }
  return ({ id, lane }) => {
    const { stream, domain } = partsOfLane(lane)
    const part = partOf(id, parts[stream])
    // The end of a name says most; only the longest domains are cut.
    const name = stream === 'bulk' ? stream : domain.slice(-longestName)
    return part === 0 ? name : `${name}#${part}`
  }
}

/** When SQS calls a group noisy. */
export const noisy = { share: 0.1, least: 30 } as const

/** A group has at most 128 characters. */
const longestName = 120

/** Ids of one batch differ in the middle only: by a hash they are spread evenly. */
function partOf(id: string, parts: number): number {
  return parts === 1 ? 0 : createHash('sha256').update(id).digest()[0]! % parts
}
