import { comparisonKey } from '../../mail/email/address.ts'
import type { Email } from '../../mail/email/email.ts'
import { isId } from '../../mail/email/id.ts'
import type { EmailQuery } from '../../mail/ports/emails.ts'
import type { Page } from '../../mail/ports/page.ts'
import { emailOf, type EmailRow } from './email-rows.ts'
import type { Store } from './group-commit.ts'
import { isForward, pageOf } from './pages.ts'

/** Most emails that one page holds. */
const longestPage = 100

/** One page of emails, newest first. */
export function listEmails(sql: Store['sql'], query: EmailQuery): Page<Email> {
  const { limit } = query
  if (!Number.isInteger(limit) || limit < 1 || limit > longestPage)
    throw new RangeError(`a page holds 1 to ${longestPage} emails`)
  const { text, values } = emailListStatement(query)
  const rows = sql(text).all(...values, limit + 1) as unknown as EmailRow[]
  return pageOf(rows, query, emailOf)
}

/**
 * The statement for a query; its last value, the number of rows, is left to the caller.
 * Every form of it walks an index in the order of the answer, however many emails there are.
 */
export function emailListStatement(query: EmailQuery): { text: string; values: string[] } {
  const { q, state, after, before } = query
  const byRecipient = q !== undefined && !isId(q)
  // The planner must walk the ids of one recipient, not those of one state.
  const from = byRecipient
    ? 'email_recipients AS ids CROSS JOIN emails USING (id)'
    : 'emails AS ids'
  const terms = [
    ...(byRecipient ? [['ids.address = ?', comparisonKey(q)]] : []),
    ...(q !== undefined && !byRecipient ? [['ids.id = ?', q]] : []),
    ...(state ? [['state = ?', state]] : []),
    ...(after === undefined ? [] : [['ids.id < ?', after]]),
    ...(before === undefined ? [] : [['ids.id > ?', before]]),
  ] as [string, string][]
  const where = terms.length > 0 ? `WHERE ${terms.map(([term]) => term).join(' AND ')}` : ''
  const columns = byRecipient ? 'emails.*' : '*'
  const order = isForward(query) ? 'ASC' : 'DESC'
  return {
    text: `SELECT ${columns} FROM ${from} ${where} ORDER BY ids.id ${order} LIMIT ?`,
    values: terms.map(([, value]) => value),
  }
}
