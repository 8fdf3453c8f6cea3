import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { idOf } from '../../../mail/email/id.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { DeadLetter, DeadLetters } from '../../../mail/ports/dead-letters.ts'
import { readMessage, writeMessage, type Letter, type QueueMessage } from './messages.ts'
import type { Item, Key } from '../table/item.ts'
import { absent, type Table } from '../table/table.ts'
import { walk } from '../table/walk.ts'

export interface DeadLetterQueue extends DeadLetters {
  /** Puts a letter on the queue and into the list. */
  add(letter: Letter): Promise<void>
}

export interface DeadLetterParts {
  readonly sqs: () => SQSClient
  readonly queueUrl: string
  readonly table: Table
  readonly clock: Clock
}

/**
 * Jobs that were given up: a message each on the dead-letter queue, whose length raises the alarm,
 * and an item each in the table, because a queue cannot be listed. A letter has the id of its
 * email. What SQS itself moved there becomes an item when the list is read.
 */
export function sqsDeadLetters({ sqs, queueUrl, table, clock }: DeadLetterParts): DeadLetterQueue {
  const QueueUrl = queueUrl

  async function adoptAll() {
    for await (const message of messages(sqs(), queueUrl)) {
      const letter = letterIn(message, clock.now())
      const { applied, item } = await table.put(itemOf(letter, message.MessageId), absent)
      if (applied || !isRemoved(item!)) continue
      if (isOf(item!, message, letter)) await take(message)
      else await table.put(itemOf(letter, message.MessageId))
    }
  }

  async function take({ ReceiptHandle }: Message) {
    await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }

  return {
    async add(letter) {
      const MessageBody = writeMessage({ kind: 'letter', letter })
      const { MessageId } = await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody }))
      await table.put(itemOf(letter, MessageId))
    },
    async list({ limit, after = '~' }) {
      await adoptAll()
      const where = {
        text: 'p = :dead AND s < :after',
        values: { ':dead': keyOf('').p, ':after': after },
      }
      const found: DeadLetter[] = []
      for await (const item of walk(table, { where, descending: true, consistent: true })) {
        if (!isRemoved(item)) found.push(letterOf(item))
        if (found.length > limit) break
      }
      return { data: found.slice(0, limit), hasMore: found.length > limit }
    },
    async get(id) {
      const item = await table.get(keyOf(id))
      return item && !isRemoved(item) ? letterOf(item) : undefined
    },
    async remove(id) {
      const now = clock.now()
      const set = { g: now, x: Math.ceil(now / 1_000) + retentionSeconds }
      const there = { text: 'attribute_exists(p) AND attribute_not_exists(g)' }
      const { applied, item } = await table.update(keyOf(id), { set }, there)
      if (!applied) return false
      for await (const message of messages(sqs(), queueUrl)) {
        const letter = letterIn(message, now)
        if (letter.emailId === id && isOf(item, message, letter)) await take(message)
      }
      return true
    },
  }
}

/** As long as the dead-letter queue keeps a message: until then a removed letter is remembered. */
const retentionSeconds = 14 * 86_400

/** How long a message that was looked at is out of sight, and how many are looked at. */
const peekSeconds = 5
const mostPeeks = 20

/** What is on the queue, each once, as far as SQS shows it; it stays there. */
async function* messages(sqs: SQSClient, QueueUrl: string): AsyncGenerator<Message> {
  for (let peek = 0; peek < mostPeeks; peek++) {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: peekSeconds,
      MessageSystemAttributeNames: ['SentTimestamp'],
    })
    const { Messages = [] } = await sqs.send(command)
    yield* Messages
    if (Messages.length === 0) return
  }
}

/** The letter that a message is, or stands for when SQS moved it here by itself. */
function letterIn({ MessageId = '', Body = '', Attributes = {} }: Message, now: number): Letter {
  const emailId = idOf(MessageId, Number(Attributes['SentTimestamp'] ?? now))
  const letter = (reason: string, id = emailId) => ({ emailId: id, reason, at: now })
  const message = readable(Body)
  switch (message.kind) {
    case 'letter':
      return message.letter
    case 'job':
      return letter('it was taken off the queue too often without being settled', message.job.id)
    case 'due':
      return letter('its schedule could not put it on the queue', message.id)
    case 'jobs':
    case 'jobsAt':
      return letter('a request of several emails was never processed: move it back to the queue')
    case 'email':
    case 'unreadable':
      return letter('what an application put on the queue was never accepted')
  }
}

/** Here a format that is not known is no reason to leave the rest unseen. */
function readable(body: string): QueueMessage {
  try {
    return readMessage(body)
  } catch {
    return { kind: 'unreadable', reason: 'a newer format' }
  }
}

function keyOf(id: string): Key {
  return { p: 'dead', s: id }
}

function itemOf({ emailId, reason, at }: Letter, messageId?: string): Key & Item {
  return { ...keyOf(emailId), m: reason, t: at, q: messageId }
}

function letterOf(item: Item): DeadLetter {
  const id = item['s'] as string
  return { id, emailId: id, reason: item['m'] as string, at: item['t'] as number }
}

function isRemoved(item: Item): boolean {
  return item['g'] !== undefined
}

/** Whether a message is what was removed, and not a later burial of the same email. */
function isOf(item: Item, { MessageId }: Message, { at }: Letter): boolean {
  return item['q'] === MessageId || at <= (item['t'] as number)
}
