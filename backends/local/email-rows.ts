import { comparisonKey } from '../../mail/email/address.ts'
import {
  emailFrom,
  type Accepted,
  type Changing,
  type Email,
  type EmailChange,
  type Recipient,
  type TimelineEntry,
} from '../../mail/email/email.ts'
import { allProjects, isInScope, type Scope } from '../../mail/email/project.ts'
import type { EmailState } from '../../mail/email/states.ts'
import type { Store } from './group-commit.ts'

/** An email as a row. */
export interface EmailRow {
  readonly id: string
  readonly state: EmailState
  readonly revision: number
  readonly due_at: number
  readonly next_attempt_at: number | null
  readonly lease_until: number | null
  readonly claim: string | null
  readonly since: number
  readonly attempts: number
  readonly settled_at: number | null
  readonly last_reason: string | null
  readonly recipients: string
  readonly timeline: string
  /** JSON of all that never changes after acceptance. */
  readonly accepted: string
  /** Also in that text; here it is what a query compares. */
  readonly project: string
}

/** Adds an email with its recipients unless its id is there; says whether it did. */
export function insertEmail(sql: Store['sql'], email: Email): boolean {
  const { changes } = sql(insertText).run(
    ...changingFields.map((field) => valueOf(email[field])),
    email.id,
    acceptedText(email),
    email.project,
    email.stream,
  )
  if (changes === 0) return false
  for (const key of keysOf(email))
    sql('INSERT INTO email_recipients (address, id) VALUES (?, ?)').run(key, email.id)
  return true
}

/** Writes what may change after acceptance. */
export function updateEmail(sql: Store['sql'], email: Email): void {
  const assignments = changingFields.map((field) => `${columnOf[field]} = ?`).join()
  sql(`UPDATE emails SET ${assignments} WHERE id = ?`).run(
    ...changingFields.map((field) => valueOf(email[field])),
    email.id,
  )
}

/** Writes all of an email again, what never changes otherwise included. */
export function rewriteEmail(sql: Store['sql'], before: Email, email: Email): void {
  updateEmail(sql, { ...email, revision: before.revision + 1 })
  sql('UPDATE emails SET accepted = ? WHERE id = ?').run(acceptedText(email), email.id)
  sql(
    'DELETE FROM email_recipients WHERE id = ? AND address IN (SELECT value FROM json_each(?))',
  ).run(email.id, JSON.stringify([...keysOf(before)]))
  for (const key of keysOf(email))
    sql('INSERT INTO email_recipients (address, id) VALUES (?, ?)').run(key, email.id)
}

/** Moves the end of the lease, if the email is under this claim; says whether it is. */
export function renewLease(sql: Store['sql'], id: string, claim: string, until: number): boolean {
  const { changes } = sql(
    `UPDATE emails SET lease_until = ? WHERE id = ? AND claim = ? AND state = 'sending'`,
  ).run(until, id, claim)
  return changes === 1
}

/** Writes a change and ends the claim, if the email is under this one; says whether it is. */
export function settleEmail(
  sql: Store['sql'],
  id: string,
  claim: string,
  change: EmailChange,
): boolean {
  const changed = Object.keys(change) as (keyof EmailChange)[]
  const assignments = changed.map((key) => `${columnOf[key]} = ?`)
  const { changes } = sql(
    `UPDATE emails
     SET ${['revision = revision + 1, claim = NULL, lease_until = NULL', ...assignments].join()}
     WHERE id = ? AND claim = ? AND state = 'sending'`,
  ).run(...changed.map((key) => valueOf(change[key])), id, claim)
  return changes === 1
}

/** Where each field is kept: in a column, or in the text of what never changes. */
const columnOf = {
  id: 'id',
  owner: 'accepted',
  project: 'accepted',
  stream: 'accepted',
  createdAt: 'accepted',
  messageId: 'accepted',
  from: 'accepted',
  sender: 'accepted',
  envelopeFrom: 'accepted',
  to: 'accepted',
  cc: 'accepted',
  bcc: 'accepted',
  replyTo: 'accepted',
  subject: 'accepted',
  tags: 'accepted',
  size: 'accepted',
  capture: 'accepted',
  onAmbiguous: 'accepted',
  engine: 'accepted',
  group: 'accepted',
  list: 'accepted',
  ignoreSuppressions: 'accepted',
  template: 'accepted',
  traceparent: 'accepted',
  scheduled: 'accepted',
  state: 'state',
  revision: 'revision',
  recipients: 'recipients',
  dueAt: 'due_at',
  since: 'since',
  attempts: 'attempts',
  timeline: 'timeline',
  nextAttemptAt: 'next_attempt_at',
  lastReason: 'last_reason',
  settledAt: 'settled_at',
  claim: 'claim',
  leaseUntil: 'lease_until',
} as const satisfies Record<keyof Accepted, 'accepted'> & Record<keyof Changing, keyof EmailRow>

/** Removes an email with its recipients; content and jobs are not its business. */
export function deleteEmail(sql: Store['sql'], email: Pick<Email, 'id' | 'recipients'>): void {
  for (const key of keysOf(email))
    sql('DELETE FROM email_recipients WHERE address = ? AND id = ?').run(key, email.id)
  sql('DELETE FROM emails WHERE id = ?').run(email.id)
}

export function findEmail(
  sql: Store['sql'],
  id: string,
  scope: Scope = allProjects,
): Email | undefined {
  const row = sql('SELECT * FROM emails WHERE id = ?').get(id) as EmailRow | undefined
  return row && isInScope(row.project, scope) ? emailOf(row) : undefined
}

export function emailOf(row: EmailRow): Email {
  const changing: Changing = {
    id: row.id,
    state: row.state,
    revision: row.revision,
    dueAt: row.due_at,
    since: row.since,
    attempts: row.attempts,
    recipients: JSON.parse(row.recipients) as Recipient[],
    timeline: JSON.parse(row.timeline) as TimelineEntry[],
    nextAttemptAt: row.next_attempt_at ?? undefined,
    lastReason: row.last_reason ?? undefined,
    settledAt: row.settled_at ?? undefined,
    claim: row.claim ?? undefined,
    leaseUntil: row.lease_until ?? undefined,
  }
  return emailFrom(JSON.parse(row.accepted) as Accepted, changing)
}

const fields = Object.keys(columnOf) as (keyof Email)[]
const acceptedFields = fields.filter(isAccepted)
const changingFields = fields.filter((field) => !isAccepted(field)).filter((f) => f !== 'id')

const insertText = `
  INSERT INTO emails (${changingFields.map((field) => columnOf[field]).join()}, id, accepted, project, stream)
  VALUES (${changingFields.map(() => '?').join()}, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

function isAccepted(field: keyof Email): field is keyof Accepted {
  return columnOf[field] === 'accepted'
}

function valueOf(value: Changing[keyof Changing]): string | number | null {
  if (value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : value
}

function acceptedText(email: Email): string {
  const accepted: Record<string, unknown> = {}
  for (const field of acceptedFields) accepted[field] = email[field]
  return JSON.stringify(accepted)
}

function keysOf({ recipients }: Pick<Email, 'recipients'>): Set<string> {
  return new Set(recipients.map(({ address }) => comparisonKey(address)))
}

/** States as the inside of an SQL list. */
export function quoted(states: readonly EmailState[]): string {
  return states.map((state) => `'${state}'`).join()
}
