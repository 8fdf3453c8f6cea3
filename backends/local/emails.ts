import type { Email, EmailChange } from '../../mail/email.ts'
import type { Claim, EmailQuery, Emails, Page } from '../../mail/ports.ts'
import { allowed, claimable } from '../../mail/states.ts'
import { emailOf, insertEmail, updateEmail, type EmailRow } from './email-rows.ts'
import { listEmails } from './email-list.ts'
import type { Store } from './group-commit.ts'

/** The records of emails, as rows. */
export function sqliteEmails(store: Store): Emails {
  const { sql, write } = store
  return {
    create: (email) => write(() => insertEmail(sql, email)),
    claim: (id, now, leaseSeconds) => write(() => claim(store, id, now, leaseSeconds)),
    settle: (id, token, change) => write(() => settle(store, id, token, change)),
    change: (seen, change) => write(() => changeSeen(store, seen, change)),
    get: async (id) => find(store, id),
    list: async (query: EmailQuery): Promise<Page<Email>> => listEmails(sql, query),
  }
}

/**
 * Ends every lease. Right only when a process starts: it holds the directory alone, so whoever
 * had claimed an email before is dead.
 */
export function expireLeases({ sql }: Store): void {
  sql(`UPDATE emails SET lease_until = 0 WHERE state = 'sending'`).run()
}

function find({ sql }: Store, id: string): Email | undefined {
  const row = sql('SELECT * FROM emails WHERE id = ?').get(id) as EmailRow | undefined
  return row && emailOf(row)
}

function claim(store: Store, id: string, now: number, leaseSeconds: number): Claim {
  const email = find(store, id)
  if (!email) return { kind: 'unknown' }
  const { state, leaseUntil = 0 } = email
  if (!claimable.includes(state)) return { kind: 'notClaimable', state }
  if (leaseUntil > now) return { kind: 'leased', until: leaseUntil }
  const dueAt = Math.max(email.dueAt, email.nextAttemptAt ?? 0)
  if (dueAt > now) return { kind: 'notDue', dueAt }
  const held = {
    state: 'sending',
    revision: email.revision + 1,
    claim: crypto.randomUUID(),
    leaseUntil: now + leaseSeconds * 1_000,
  } as const
  store
    .sql('UPDATE emails SET state = ?, revision = ?, claim = ?, lease_until = ? WHERE id = ?')
    .run(held.state, held.revision, held.claim, held.leaseUntil, id)
  return {
    kind: 'claimed',
    email: { ...email, ...held },
    claim: held.claim,
    takenOver: state === 'sending',
  }
}

function settle(store: Store, id: string, token: string, change: EmailChange): boolean {
  const email = find(store, id)
  if (email?.state !== 'sending' || email.claim !== token) return false
  apply(store, { ...email, claim: undefined, leaseUntil: undefined }, change)
  return true
}

function changeSeen(store: Store, seen: Email, change: EmailChange): Email | undefined {
  const email = find(store, seen.id)
  if (email?.revision !== seen.revision) return undefined
  apply(store, email, change)
  return find(store, seen.id)
}

function apply(store: Store, email: Email, change: EmailChange): void {
  const { state = email.state } = change
  if (state !== email.state && !allowed(email.state, state))
    throw new RangeError(`an email that is ${email.state} cannot become ${state}`)
  const ended = state === 'sending' ? {} : { claim: undefined, leaseUntil: undefined }
  updateEmail(store.sql, { ...email, ...change, ...ended, revision: email.revision + 1 })
}
