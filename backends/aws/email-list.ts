import { comparisonKey } from '../../mail/email/address.ts'
import type { Email } from '../../mail/email/email.ts'
import { isId } from '../../mail/email/id.ts'
import { isInScope } from '../../mail/email/project.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { EmailQuery } from '../../mail/ports/emails.ts'
import type { Page } from '../../mail/ports/page.ts'
import { emailKey, emailOf, rareStates } from './email-items.ts'
import { isForwardPage, isWithin, pageOf } from './table/listed-page.ts'
import { listed, type Direction, type Source } from './table/listed.ts'
import { allLive } from './table/live.ts'
import { inLists } from './table/project-lists.ts'
import { recipientHashes, shards } from './table/recipient-hash.ts'
import { stateKeys } from './table/state-index.ts'
import type { Table } from './table/table.ts'

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
  const isOne = q !== undefined && isId(q)
  const ids = isOne ? [q] : listed(table, await sourcesOf(table, query), direction, limit + 1)
  return pageOf(ids, { limit, isForward }, async (chunk) => {
    const emails = await allLive(table, clock.now(), chunk, kind)
    return emails.filter((email) => matches(email, query))
  })
}

const kind = { keyOf: emailKey, read: emailOf }

/** The sequences of keys that together hold every email that a query can find. */
async function sourcesOf(table: Table, { scope, q, state, stream }: EmailQuery): Promise<Source[]> {
  if (q !== undefined) {
    const hashes = recipientHashes(q)
    const first = hashes.map(({ shard, tag }) => ({ ...listAt(shard), tag }))
    // Where it is not the first recipient.
    const others = hashes.map(({ whole }) => ({ partition: `r#${whole}` }))
    return [...(await inLists(table, scope, first)), ...others]
  }
  if (state && rareStates.includes(state))
    return stateKeys(state).map((partition) => ({ index: 'state', partition, scope, stream }))
  const lists = shards.map((shard) => ({ ...listAt(shard), stream }))
  return inLists(table, scope, lists)
}

function listAt(shard: string): Source {
  return { index: 'list', partition: `e${shard}` }
}

/** The index may lag behind, and names recipients only in part: the record says what is so. */
function matches(email: Email, query: EmailQuery): boolean {
  const { scope, q, state, stream } = query
  if (!isInScope(email.project, scope)) return false
  if (state && email.state !== state) return false
  if (stream && email.stream !== stream) return false
  if (!isWithin(email, query)) return false
  if (q === undefined || q === email.id) return true
  return email.recipients.some(({ address }) => comparisonKey(address) === comparisonKey(q))
}
