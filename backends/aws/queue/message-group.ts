import { createHash } from 'node:crypto'
import type { Job } from '../../../mail/email/job.ts'
import { partsOfLane } from '../../../mail/email/lane.ts'

/**
 * The MessageGroupId of a job. A standard queue whose messages have a group is a fair queue: what a
 * noisy group has is given last, and of noisy groups first what the one has that has least in flight.
 * So bulk is a few groups, however many domains a mailing is for, and a transactional domain a few
 * more.
 *
 * As many for bulk as make up more than its fifth before they are noisy, since what is too much can be
 * sent back (functions/send/admission.ts) and what is too little cannot be had; but none so many that
 * one that has it all is not noisy.
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html,
 * docs/decisions/0013-streams-on-aws.md)
 */
export function messageGroup({ id, lane }: Pick<Job, 'id' | 'lane'>): string {
  const { stream, domain } = partsOfLane(lane)
  // The end of a name says most; only the longest domains are cut.
  const name = stream === 'bulk' ? bulkName : domain.slice(-longestName)
  return `${name}#${partOf(id, groups[stream])}`
}

export type MessageGroups = typeof messageGroup

/** Whether a group is of bulk, also one that the version before named: `bulk` alone. */
export function isBulkGroup(group = ''): boolean {
  return group.split('#', 1)[0] === bulkName
}

/** When SQS calls a group noisy: by what is in flight, or by what recent processing it took. */
export const noisy = { share: 0.1, least: 30 } as const

/** Fewer than ten each, so that a group that has its part of everything is noisy. */
const groups = { transactional: 8, bulk: 6 } as const

/** No domain that an engine sends to is of one label. */
const bulkName = 'bulk'

/** A group has at most 128 characters. */
const longestName = 120

/** Ids of one batch differ in the middle only: by a hash they are spread evenly. */
function partOf(id: string, parts: number): number {
  return createHash('sha256').update(id).digest()[0]! % parts
}
