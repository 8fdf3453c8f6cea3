import type { SQSRecord } from 'aws-lambda'
import { isBulkGroup } from '../../backends/aws/queue/message-group.ts'
import { attributeNames } from '../../backends/aws/queue/batches.ts'
import { usualWeights, type Weights } from '../../mail/email/stream.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/** What of a batch is to be begun now. */
export interface Admitted {
  /** The rest goes back to the queue before it is read. */
  readonly isIn: (record: SQSRecord) => boolean
  /** Whether bulk is held to its share: then no bulk that is in has to make way for codes. */
  readonly isShared: boolean
}

/**
 * Longer than this no code waits on the queue unless there are more of them than may leave, in
 * milliseconds.
 */
const lateMs = 2_000

/** So long after an environment has met a late one, more are thought to wait, in milliseconds. */
const floodMs = 10_000

/** Bulk emails that may be made up for after batches without any: a burst of a second or two. */
const mostOwed = 50

/**
 * Holds bulk to its share while codes wait on the queue, from batch to batch. Within an environment
 * the pace shares its part of the rate, but can share no more than what SQS hands it, and SQS hands out
 * too much bulk rather than too little (`messageGroups`): what is above the share goes back at once.
 * No environment needs to know of another: where each keeps the share, all do.
 */
export function admission(clock: Clock) {
  let [owed, floodUntil] = [0, -Infinity]

  return (records: readonly SQSRecord[], weights: Weights = usualWeights): Admitted => {
    const [bulk, codes] = [records.filter(isBulk), records.filter((one) => !isBulk(one))]
    if (codes.some((one) => isLate(one, clock.now()))) floodUntil = clock.now() + floodMs
    if (clock.now() >= floodUntil) {
      owed = 0
      return { isIn: () => true, isShared: false }
    }
    owed = Math.min(mostOwed, owed + (codes.length * weights.bulk) / weights.transactional)
    const surplus = new Set(bulk.slice(Math.floor(owed)))
    owed -= bulk.length - surplus.size
    return { isIn: (record) => !surplus.has(record), isShared: true }
  }
}

function isBulk({ attributes, messageAttributes }: SQSRecord): boolean {
  const own = messageAttributes[attributeNames.group]?.stringValue
  return isBulkGroup(own ?? attributes.MessageGroupId)
}

/** What comes again has waited for something else: a server, an engine, a person. */
function isLate({ attributes, messageAttributes }: SQSRecord, now: number): boolean {
  const dueAt = Number(
    messageAttributes[attributeNames.dueAt]?.stringValue ?? attributes.SentTimestamp,
  )
  return attributes.ApproximateReceiveCount === '1' && now - dueAt > lateMs
}
