import { contentKey } from '../../../mail/content.ts'
import type { Email } from '../../../mail/email/email.ts'
import { isInScope } from '../../../mail/email/project.ts'
import { isSettled } from '../../../mail/email/states.ts'
import { erasedEmail, isOf } from '../../../mail/erase/erased.ts'
import { attributesOf, emailKey, emailOf, itemOfEmail } from '../email-items.ts'
import type { Item } from '../table/item.ts'
import { recipientHashes } from '../table/recipient-hash.ts'
import type { Find, Search } from './find.ts'

/** The record of an email; with one that is to or from the address goes its content. */
export function emailFound(item: Item, search: Search): Find | undefined {
  const email = emailOf(item)
  const { finder, scope } = search
  const isOfPerson = isOf(email, finder)
  if (!isInScope(email.project, scope)) return undefined
  if (!isOfPerson && !finder.isIn(JSON.stringify(email))) return undefined
  const kind = 'emails'
  if (!isSettled(email.state)) return { kind, ...(isOfPerson && { waiting: email.id }) }
  return { kind, erase: () => rewrite(email, search) }
}

/** Content and what finds it first, the record last: as long as that names the address, all is done again. */
async function rewrite(email: Email, search: Search): Promise<void> {
  const { table, bucket, finder, keepDays, address } = search
  const { id } = email
  const erased = erasedEmail(email, finder)
  if (isOf(email, finder)) await bucket.remove(contentKey(id))
  for (const { whole } of recipientHashes(address)) await table.remove({ p: `r#${whole}`, s: id })
  const { a, l, i } = itemOfEmail(erased, keepDays)
  const { recipients, timeline, lastReason } = erased
  const set = { a, l, i, ...attributesOf(id, { recipients, timeline, lastReason }, keepDays) }
  const unchanged = { text: 'r = :seen', values: { ':seen': email.revision } }
  const { applied } = await table.update(emailKey(id), { set, add: { r: 1 } }, unchanged)
  if (applied) return
  // A signal came between: what it made of the email is as settled as before.
  const item = await table.get(emailKey(id))
  if (item) await rewrite(emailOf(item), search)
}
