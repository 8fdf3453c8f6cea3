import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { untilNothingIsLeft } from '../until-nothing-is-left.ts'

interface Outgoing {
  readonly body: string
  readonly delaySeconds: number
  /** Who waits for whom: a group with a long backlog does not hold up the others. */
  readonly group?: string
  /** When it is due, where that is later than now: SQS tells only when it was put. */
  readonly dueAt?: number
}

/**
 * What a consumer can tell of a message before it reads it: when it is due, in milliseconds since the
 * epoch, and its group, which Lambda is not known to hand on.
 */
export const attributeNames = { dueAt: 'dueAt', group: 'group' } as const

/** Most messages, and most bytes of them, in one call (1 MiB, with room for what SQS adds). */
const mostMessages = 10
const mostBytes = 1_000_000

const persistence = { rounds: 6, words: 'SQS keeps refusing messages of a batch' }

/**
 * Puts many messages. SQS answers 200 also when it took only some of them: the rest is put again,
 * and when it does not take them at last this throws.
 */
export async function sendAll(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly Outgoing[],
): Promise<void> {
  for (const batch of batchesOf(messages))
    await untilNothingIsLeft(batch, persistence, (rest) => send(sqs, queueUrl, rest))
}

/** Those that were not taken. */
async function send(
  sqs: SQSClient,
  QueueUrl: string,
  batch: readonly Outgoing[],
): Promise<readonly Outgoing[]> {
  const Entries = batch.map(({ body, delaySeconds, group, dueAt }, index) => ({
    Id: `${index}`,
    MessageBody: body,
    DelaySeconds: delaySeconds,
    ...(group !== undefined && { MessageGroupId: group }),
    MessageAttributes: attributesOf({ group, dueAt }),
  }))
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  const ours = Failed.find(({ SenderFault }) => SenderFault)
  if (ours) throw new Error(`SQS refuses a message: ${ours.Code}`)
  return Failed.map(({ Id }) => batch[Number(Id)]!)
}

function attributesOf(values: Pick<Outgoing, keyof typeof attributeNames>) {
  const known = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    known.map(([name, value]) => [name, { DataType: 'String', StringValue: `${value}` }]),
  )
}

function batchesOf(messages: readonly Outgoing[]): Outgoing[][] {
  const batches: Outgoing[][] = []
  let bytes = Infinity
  for (const message of messages) {
    const own = Buffer.byteLength(message.body)
    const isFull = bytes + own > mostBytes || batches.at(-1)?.length === mostMessages
    if (isFull) batches.push([])
    bytes = isFull ? own : bytes + own
    batches.at(-1)!.push(message)
  }
  return batches
}
