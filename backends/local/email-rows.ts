import type { Email, EmailChange, Recipient, TimelineEntry } from '../../mail/email/email.ts'
import type { EmailState } from '../../mail/email/states.ts'
import type { Store } from './group-commit.ts'

/** An email as it lies in its table. */
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
}

/** Adds an email with its recipients unless its id is there; says whether it did. */
export function insertEmail(sql: Store['sql'], email: Email): boolean {
  const { accepted, ...rest } = rowOf(email)
  const { changes } = sql(
    `INSERT INTO emails (${columns.join()}, id, accepted)
     VALUES (${columns.map(() => '?').join()}, ?, ?) ON CONFLICT DO NOTHING`,
  ).run(...columns.map((column) => rest[column]), email.id, accepted)
  if (changes === 0) return false
  for (const address of foldedAddresses(email))
    sql('INSERT INTO email_recipients (address, id) VALUES (?, ?)').run(address, email.id)
  return true
}

/** Writes what may change after acceptance. */
export function updateEmail(sql: Store['sql'], email: Email): void {
  const row = rowOf(email)
  const assignments = columns.map((column) => `${column} = ?`).join()
  sql(`UPDATE emails SET ${assignments} WHERE id = ?`).run(
    ...columns.map((column) => row[column]),
    email.id,
  )
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

const columnOf: Readonly<Record<keyof EmailChange, string>> = {
  state: 'state',
  recipients: 'recipients',
  dueAt: 'due_at',
  since: 'since',
  attempts: 'attempts',
  timeline: 'timeline',
  nextAttemptAt: 'next_attempt_at',
  lastReason: 'last_reason',
  settledAt: 'settled_at',
}

function valueOf(value: EmailChange[keyof EmailChange]): string | number | null {
  if (value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : value
}

/** Removes an email with its recipients; content and jobs are not its business. */
export function deleteEmail(sql: Store['sql'], email: Pick<Email, 'id' | 'recipients'>): void {
  for (const address of foldedAddresses(email))
    sql('DELETE FROM email_recipients WHERE address = ? AND id = ?').run(address, email.id)
  sql('DELETE FROM emails WHERE id = ?').run(email.id)
}

export function findEmail(sql: Store['sql'], id: string): Email | undefined {
  const row = sql('SELECT * FROM emails WHERE id = ?').get(id) as EmailRow | undefined
  return row && emailOf(row)
}

export function emailOf(row: EmailRow): Email {
  return {
    ...(JSON.parse(row.accepted) as Email),
    id: row.id,
    state: row.state,
    revision: row.revision,
    dueAt: row.due_at,
    since: row.since,
    attempts: row.attempts,
    recipients: JSON.parse(row.recipients) as Recipient[],
    timeline: JSON.parse(row.timeline) as TimelineEntry[],
    ...(row.next_attempt_at !== null && { nextAttemptAt: row.next_attempt_at }),
    ...(row.last_reason !== null && { lastReason: row.last_reason }),
    ...(row.settled_at !== null && { settledAt: row.settled_at }),
    ...(row.claim !== null && { claim: row.claim }),
    ...(row.lease_until !== null && { leaseUntil: row.lease_until }),
  }
}

function rowOf(email: Email): EmailRow {
  const { id, state, revision, dueAt, since, attempts, recipients, timeline, ...others } = email
  const { nextAttemptAt, lastReason, settledAt, claim, leaseUntil, ...accepted } = others
  return {
    id,
    state,
    revision,
    due_at: dueAt,
    next_attempt_at: nextAttemptAt ?? null,
    lease_until: leaseUntil ?? null,
    claim: claim ?? null,
    since,
    attempts,
    settled_at: settledAt ?? null,
    last_reason: lastReason ?? null,
    recipients: JSON.stringify(recipients),
    timeline: JSON.stringify(timeline),
    accepted: JSON.stringify(accepted),
  }
}

/** The columns that change after acceptance. */
const columns = [
  'state',
  'revision',
  'due_at',
  'next_attempt_at',
  'lease_until',
  'claim',
  'since',
  'attempts',
  'settled_at',
  'last_reason',
  'recipients',
  'timeline',
] as const

function foldedAddresses({ recipients }: Pick<Email, 'recipients'>): Set<string> {
  return new Set(recipients.map(({ address }) => address.toLowerCase()))
}
