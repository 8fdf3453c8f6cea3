import { SendMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs'
import { allProjects, isInScope, type Scope } from '../../../mail/email/project.ts'
import type { Clock } from '../../../mail/ports/clock.ts'
import type { DeadLetter, DeadLetters } from '../../../mail/ports/dead-letters.ts'
import type { Bucket } from '../bucket.ts'
import { emailKey, emailOf, isOver } from '../email-items.ts'
import { bucketShape } from '../env.ts'
import type { Item, Key } from '../table/item.ts'
import { absent, type Table } from '../table/table.ts'
import { sendAll } from './batches.ts'
import { messageGroup } from './message-group.ts'
import { deadLetterMessages } from './dead-letter-messages.ts'
import { letterIn } from './letter-in.ts'
import * as items from './letter-items.ts'
import type { Letter } from './messages.ts'
import type { ProvenMessages } from './proven-messages.ts'

export interface DeadLetterQueue extends DeadLetters {
  /** Puts a letter on the queue and into the list. */
  add(letter: Letter): Promise<void>
}

interface DeadLetterParts {
  readonly sqs: () => SQSClient
  /** Where the letters are, and where they are put back. */
  readonly queueUrl: string
  readonly jobsUrl: string
  readonly table: Table
  readonly bucket: Bucket
  readonly messages: ProvenMessages
  readonly clock: Clock
}

/**
 * Jobs that were given up: a message each on the dead-letter queue, whose length raises the alarm,
 * and an item each in the table, because a queue cannot be listed. A letter has the id of its
 * email. What SQS itself moved there becomes an item when the list is read, and an object in the
 * bucket: so it can be put back whether SQS shows its message or not.
 */
export function sqsDeadLetters(parts: DeadLetterParts): DeadLetterQueue {
  const { sqs, queueUrl, jobsUrl, table, bucket, messages, clock } = parts
  const there = deadLetterMessages(sqs, queueUrl)

  async function adoptAll() {
    for await (const some of there.all()) {
      const seen = await Promise.all(
        some.map(async (message) => ({
          message,
          letter: await letterIn(message, messages, clock.now()),
        })),
      )
      const known = await readBoth(table, new Set(seen.map(({ letter }) => letter.emailId)))
      await Promise.all(seen.map(({ message, letter }) => adopt(message, letter, known)))
    }
  }

  async function adopt({ MessageId }: Message, letter: Letter, { letters, over }: Known) {
    const item = letters.get(letter.emailId)
    if (over.has(letter.emailId)) {
      await there.take(MessageId)
      await table.remove(items.letterKey(letter.emailId))
    } else if (item && items.isRemoved(item) && items.isAbout(item, MessageId, letter))
      await there.take(MessageId)
    else if (!item || isNews(item, MessageId, letter))
      await table.put(
        items.itemOfLetter(await withBodyKept(letter), MessageId),
        item ? undefined : absent,
      )
  }

  /** What it holds goes where it can be found again. */
  async function withBodyKept({ body, ...letter }: Letter): Promise<Letter> {
    if (body === undefined) return letter
    const bodyAt = `${bucketShape.requests.prefix}${letter.emailId}`
    await bucket.put(bodyAt, Buffer.from(body))
    return { ...letter, bodyAt }
  }

  /** Those that still matter: an email that was sent after all needs no letter. */
  async function openOnes(page: readonly Item[], scope: Scope): Promise<DeadLetter[]> {
    const letters = page.filter((item) => !items.isRemoved(item)).map(items.letterOf)
    const { over, projects } = await readBoth(table, new Set(letters.map(({ emailId }) => emailId)))
    const done = letters.filter(({ emailId }) => over.has(emailId))
    await Promise.all(done.map(({ id }) => table.remove(items.letterKey(id))))
    const isSeen = ({ emailId }: DeadLetter) => isSeenIn(scope, projects.get(emailId))
    return letters.filter((letter) => !over.has(letter.emailId) && isSeen(letter))
  }

  /** The item with where what it holds lies; one of an earlier version says so once seen again. */
  async function findWithBody(id: string): Promise<Item | undefined> {
    const item = await find(id)
    if (!item || items.bodyOf(item) !== undefined) return item
    await adoptAll()
    return find(id)
  }

  async function find(id: string): Promise<Item | undefined> {
    const item = await table.get(items.letterKey(id))
    return item && !items.isRemoved(item) ? item : undefined
  }

  async function isInside(id: string, scope: Scope): Promise<boolean> {
    if (scope === allProjects) return true
    const { projects } = await readBoth(table, new Set([id]))
    return isSeenIn(scope, projects.get(id))
  }

  /** A direct producer's email keeps the id that it has, so that it stays the same email. */
  async function put({ id, at }: DeadLetter, bodyAt: string, bytes: Uint8Array): Promise<boolean> {
    const message = await messages.read(Buffer.from(bytes).toString(), at)
    const letter = { emailId: id, reason: 'put back', at: clock.now(), bodyAt }
    const own = message.kind === 'email' ? ({ kind: 'letter', letter } as const) : message
    if (own.kind === 'unreadable' || own.kind === 'unproven' || own.kind === 'newer') return false
    // Read for as long as the email waits: the age of an object is counted from its last put.
    if (message.kind === 'email') await bucket.put(bodyAt, bytes)
    const group = own.kind === 'job' ? messageGroup(own.job) : undefined
    await sendAll(sqs(), jobsUrl, [{ body: await messages.write(own), delaySeconds: 0, group }])
    return true
  }

  return {
    async add(letter) {
      const kept = await withBodyKept(letter)
      const MessageBody = await messages.write({ kind: 'letter', letter: kept })
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody })
      const { MessageId } = await sqs().send(command)
      await table.put(items.itemOfLetter(kept, MessageId))
    },
    async list({ scope, limit, after = '~' }) {
      await adoptAll()
      const query = { where: items.lettersAfter(after), descending: true, consistent: true }
      const found: DeadLetter[] = []
      let from: Item | undefined
      do {
        const page = await table.query({ ...query, limit: limit + 1, from })
        found.push(...(await openOnes(page.items, scope)))
        from = page.next
      } while (from && found.length <= limit)
      return { data: found.slice(0, limit), hasMore: found.length > limit }
    },
    async get(id, scope) {
      const item = await find(id)
      return item && (await isInside(id, scope)) ? items.letterOf(item) : undefined
    },
    async putBack(id) {
      const item = await findWithBody(id)
      const bodyAt = item && items.bodyOf(item)
      if (bodyAt === items.elsewhere) return 'elsewhere'
      const bytes = bodyAt === undefined ? undefined : await bucket.get(bodyAt)
      if (!bytes) return 'missing'
      return (await put(items.letterOf(item!), bodyAt!, bytes)) ? 'put' : 'unreadable'
    },
    async remove(id, scope) {
      if (!(await isInside(id, scope))) return false
      const present = { text: 'attribute_exists(p) AND attribute_not_exists(g)' }
      const set = items.removalAt(clock.now())
      const { applied, item } = await table.update(items.letterKey(id), { set }, present)
      // The next list takes what is out of sight now.
      if (applied && !(await there.take(item['q'] as string))) await adoptAll()
      return applied
    },
  }
}

interface Known {
  /** By the id of the email. */
  readonly letters: ReadonlyMap<string, Item>
  /** The emails that nothing is to be done for. */
  readonly over: ReadonlySet<string>
  /** Of each email that has a record. */
  readonly projects: ReadonlyMap<string, string>
}

/** What has no record yet is of no project. */
function isSeenIn(scope: Scope, project: string | undefined): boolean {
  return scope === allProjects || (project !== undefined && isInScope(project, scope))
}

async function readBoth(table: Table, ids: ReadonlySet<string>): Promise<Known> {
  const keys = [...ids].flatMap((id): Key[] => [items.letterKey(id), emailKey(id)])
  const found = await table.getAll(keys)
  const [letters, emails] = [found.filter(isLetter), found.filter((item) => !isLetter(item))]
  return {
    letters: new Map(letters.map((item) => [item['s'] as string, item])),
    over: new Set(emails.filter(isOver).map(idOf)),
    projects: new Map(emails.map((item) => [idOf(item), emailOf(item).project])),
  }
}

function idOf(item: Item): string {
  return (item['p'] as string).slice(2)
}

function isLetter(item: Item): boolean {
  return item['p'] === items.letterKey('').p
}

/** Says more than the item that is there. */
function isNews(item: Item, messageId: string | undefined, { body }: Letter): boolean {
  if (items.isRemoved(item) || items.bodyOf(item) === undefined) return true
  return body !== undefined && item['q'] !== messageId
}
