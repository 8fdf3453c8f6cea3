import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../mail/ports/clock.ts'
import { messageKeyAt } from '../env.ts'
import type { Item } from '../table/item.ts'
import { absent, type Table } from '../table/table.ts'

/** What the functions prove their messages with. Applications that may put on the queue have none. */
export interface MessageKey {
  readonly secret: Buffer
  /** Since when messages have a proof, in milliseconds since the epoch. */
  readonly madeAt: number
}

/** @param atLeast how new what is known of it has to be, in milliseconds since the epoch */
export type FindMessageKey = (atLeast?: number) => Promise<MessageKey>

/** A key that a person has removed, to have what is on the queue believed, is made again. */
const freshMs = 1_200_000

/**
 * The key of one deployment, made by the function that needs it first, and read once in 20 minutes
 * by each environment: no email costs a question more.
 */
export function messageKey(table: Table, clock: Clock): FindMessageKey {
  let known: { readonly at: number; readonly key: Promise<MessageKey> } | undefined
  return (atLeast = clock.now() - freshMs) => {
    if (known && known.at >= atLeast) return known.key
    const asked = { at: clock.now(), key: findOrMake(table, clock.now()) }
    asked.key.catch(() => {
      if (known === asked) known = undefined
    })
    known = asked
    return asked.key
  }
}

async function findOrMake(table: Table, now: number): Promise<MessageKey> {
  const there = await table.get(messageKeyAt)
  if (there) return keyIn(there)
  const made = { ...messageKeyAt, k: randomBytes(32).toString('base64'), t: now }
  const { applied, item } = await table.put(made, absent)
  return keyIn(applied ? made : item!)
}

function keyIn(item: Item): MessageKey {
  return { secret: Buffer.from(item['k'] as string, 'base64'), madeAt: item['t'] as number }
}
