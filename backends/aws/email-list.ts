import { comparisonKey } from '../../mail/email/address.ts'
import type { Email } from '../../mail/email/email.ts'
import { isId } from '../../mail/email/id.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { EmailQuery } from '../../mail/ports/emails.ts'
import type { Page } from '../../mail/ports/page.ts'
import type { EmailState } from '../../mail/email/states.ts'
import { emailKey, emailOf, isLive, rareStates } from './email-items.ts'
import { isForwardPage, pageOf } from './table/listed-page.ts'
import { listed, type Direction } from './table/listed.ts'
import type { Item } from './table/item.ts'
import { recipientHashes, shards } from './table/recipient-hash.ts'
import type { Table } from './table/table.ts'
import { countOf } from './table/walk.ts'

/** Most emails that one page holds. */
const longestPage = 100

/** One page of emails, newest first. */
export async function listEmails(
  table: Table,
  clock: Clock,
  query: EmailQuery,
): Promise<Page<Email>> {
  const { limit, q, after, before } = query
  if (!Number.isInteger(limit) || limit < 1 || limit > longestPage)
    throw new RangeError(`a page holds 1 to ${longestPage} emails`)
  const isForward = isForwardPage(query)
  const direction: Direction = { descending: !isForward, after, before }
  const ids =
    q !== undefined && isId(q) ? [q] : listed(table, sourcesOf(query), direction, limit + 1)
  return pageOf(ids, { limit, isForward }, async (chunk) => {
    const emails = await read(table, clock, chunk)
    return emails.filter((email) => matches(email, query))
  })
}

/** How many emails are in one of the rare states. */
export function countInState(table: Table) {
  return (state: EmailState): Promise<number> => {
    const where = { text: 'w = :state', values: { ':state': state } }
    return countOf(table, { index: 'state', where })
  }
}

/** The sequences of keys that together hold every email that a query can find. */
function sourcesOf({ q, state }: EmailQuery) {
  if (q !== undefined) {
    return recipientHashes(q).flatMap(({ shard, tag, whole }) => [
      { index: 'list', partition: `e${shard}`, tag },
      // Where it is not the first recipient.
      { partition: `r#${whole}` },
    ])
  }
  if (state && rareStates.includes(state)) return [{ index: 'state', partition: state }]
  return shards.map((shard) => ({ index: 'list', partition: `e${shard}` }))
}

/** In the order of the ids; those that are gone are left out. */
async function read(table: Table, clock: Clock, ids: readonly string[]): Promise<Email[]> {
  const items = await table.getAll(ids.map(emailKey))
  const live = new Map(
    items
      .filter((item: Item) => isLive(item, clock.now()))
      .map((item) => emailOf(item))
      .map((email) => [email.id, email]),
  )
  return ids.flatMap((id) => live.get(id) ?? [])
}

/** The index may lag behind, and names recipients only in part: the record says what is so. */
function matches(email: Email, { q, state, after, before }: EmailQuery): boolean {
  if (state && email.state !== state) return false
  if (after !== undefined && email.id >= after) return false
  if (before !== undefined && email.id <= before) return false
  if (q === undefined || q === email.id) return true
  return email.recipients.some(({ address }) => comparisonKey(address) === comparisonKey(q))
}
