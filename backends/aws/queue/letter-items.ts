import type { DeadLetter } from '../../../mail/ports/dead-letters.ts'
import { endOf } from '../email-items.ts'
import type { Item, Key } from '../table/item.ts'
import type { Letter } from './messages.ts'

/** As long as the dead-letter queue keeps a message: for so long a letter is listed or remembered. */
const keepDays = 14

/** Where there is no body: the record of the email and its kept content say all. */
export const elsewhere = 'elsewhere'

export function letterKey(id: string): Key {
  return { p: 'dead', s: id }
}

/** The letters older than one. */
export function lettersAfter(after: string) {
  return { text: 'p = :dead AND s < :after', values: { ':dead': 'dead', ':after': after } }
}

/** A letter in the list: `q` is its message, `o` the object with what the letter holds. */
export function itemOfLetter({ emailId, reason, at, bodyAt }: Letter, q?: string): Key & Item {
  const x = endOf(at, keepDays)
  return { ...letterKey(emailId), m: reason, t: at, q, o: bodyAt ?? elsewhere, x }
}

export function letterOf(item: Item): DeadLetter {
  const id = item['s'] as string
  return { id, emailId: id, reason: item['m'] as string, at: item['t'] as number }
}

/** What is set in one that is removed: its message may show again. */
export function removalAt(now: number): Item {
  return { g: now, x: endOf(now, keepDays) }
}

export function isRemoved(item: Item): boolean {
  return item['g'] !== undefined
}

/** Where what it holds lies; unknown of an item that an earlier version wrote. */
export function bodyOf(item: Item): string | undefined {
  return item['o'] as string | undefined
}

/** Whether a message is what an item was made of, and not a later burial of the same email. */
export function isAbout(item: Item, messageId: string | undefined, { at }: Letter): boolean {
  return item['q'] === messageId || at <= (item['t'] as number)
}
