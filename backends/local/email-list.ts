import { comparisonKey } from '../../mail/email/address.ts'
import type { Email } from '../../mail/email/email.ts'
import { isId } from '../../mail/email/id.ts'
import { allProjects, defaultProject } from '../../mail/email/project.ts'
import type { EmailState } from '../../mail/email/states.ts'
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
  const way = wayOf(query)
  const terms = [
    ...way.terms,
    ...(q !== undefined && isId(q) ? [['ids.id = ?', q]] : []),
    ...(state ? [['state = ?', state]] : []),
    ...(after === undefined ? [] : [['ids.id < ?', after]]),
    ...(before === undefined ? [] : [['ids.id > ?', before]]),
  ] as Term[]
  const where = terms.length > 0 ? `WHERE ${terms.map(([term]) => term).join(' AND ')}` : ''
  const order = isForward(query) ? 'ASC' : 'DESC'
  const columns = way.from.startsWith('emails ') ? '*' : 'emails.*'
  return {
    text: `SELECT ${columns} FROM ${way.from} ${where} ORDER BY ids.id ${order} LIMIT ?`,
    values: terms.flatMap(([, ...values]) => values),
  }
}

/** A condition, and its value if it has one. */
type Term = [string] | [string, string]

interface Way {
  readonly from: string
  readonly terms: Term[]
}

/** What is walked: the ids of a recipient, of a project, of a state, of a stream, or all. */
function wayOf({ scope, q, state, stream }: EmailQuery): Way {
  const ofProject: Term[] = scope === allProjects ? [] : [['project = ?', scope]]
  const ofStream: Term[] = stream ? [['stream = ?', stream]] : []
  if (q !== undefined && !isId(q))
    return {
      from: aside('email_recipients'),
      terms: [['ids.address = ?', comparisonKey(q)], ...ofProject, ...ofStream],
    }
  const isRare = state !== undefined && !common.includes(state)
  if (isRare) return { from: 'emails AS ids', terms: [...ofProject, ...ofStream] }
  // What belongs to `default` has no list of its own.
  if (scope !== allProjects && scope !== defaultProject)
    return { from: aside('project_emails'), terms: [['ids.project = ?', scope], ...ofStream] }
  if (stream === 'bulk') return { from: aside('bulk_emails'), terms: ofProject }
  // A million bulk emails are passed by in the index, without their rows.
  const apart: Term[] = stream ? [['ids.id NOT IN bulk_emails']] : []
  return { from: 'emails AS ids', terms: [...ofProject, ...apart] }
}

/** The planner must walk these ids, not those of one state. */
function aside(table: string): string {
  return `${table} AS ids CROSS JOIN emails USING (id)`
}

/** States that most emails are in, so that an index of them finds no project. */
const common: readonly EmailState[] = ['sent', 'captured', 'delivered']
