import type { Email, EmailChange } from '../../mail/email/email.ts'
import type { Claim, EmailQuery, Emails } from '../../mail/ports/emails.ts'
import type { Arrival } from '../../mail/ports/intake.ts'
import type { Page } from '../../mail/ports/page.ts'
import { checkTransition, claimable } from '../../mail/email/states.ts'
import { findEmail, insertEmail, renewLease, settleEmail, updateEmail } from './email-rows.ts'
import { listEmails } from './email-list.ts'
import { freshEmails } from './fresh.ts'
import type { Store } from './group-commit.ts'
import type { LocalQueue } from './queue.ts'
import type { TellingStore } from './telling.ts'

/** Between accepting and claiming, which are one commit: what waited longer is claimed again. */
const mostWaitMs = 1_000

/** The records of emails, as rows. */
export function sqliteEmails(
  store: TellingStore,
  queue: LocalQueue,
  fresh = freshEmails(),
): Emails {
  const { sql, write, writeSoon, tell } = store
  return {
    create: (email) => write(() => insertEmail(sql, email)),
    async claim(id, now, leaseSeconds) {
      const until = now + leaseSeconds * 1_000
      const begun = fresh.begun.get(id)
      fresh.begun.delete(id)
      if (begun && until - begun.email.leaseUntil! < mostWaitMs) return begun
      return write(() => {
        if (begun) settleEmail(sql, id, begun.claim, { state: 'queued' })
        const arrival = fresh.take(id)
        return (arrival && claimFresh(store, arrival, now, until)) ?? claim(store, id, now, until)
      })
    },
    renew: (id, token, now, leaseSeconds) =>
      write(() => renewLease(sql, id, token, now + leaseSeconds * 1_000)),
    async settle(id, token, change, { done, events = [] } = {}) {
      const settled = await writeSoon(() => {
        const settled = settle(store, id, token, change)
        if (settled && done) queue.remove(done)
        if (settled) for (const event of events) tell(event)
        return settled
      })
      if (settled && done) queue.forget(done)
      return settled
    },
    change: (seen, change, events = []) =>
      write(() => {
        const changed = changeSeen(store, seen, change)
        if (changed) for (const event of events) tell(event)
        return changed
      }),
    get: async (id, scope) => findEmail(sql, id, scope),
    list: async (query: EmailQuery): Promise<Page<Email>> => listEmails(sql, query),
  }
}

/**
 * Ends every lease. Right only when a process starts: it holds the directory alone, so the
 * process that had claimed an email is dead.
 */
export function expireLeases({ sql }: Store): void {
  sql(`UPDATE emails SET lease_until = 0 WHERE state = 'sending'`).run()
}

function claim(store: Store, id: string, now: number, until: number): Claim {
  const email = findEmail(store.sql, id)
  if (!email) return { kind: 'unknown' }
  const { state, leaseUntil = 0 } = email
  if (!claimable.includes(state)) return { kind: 'notClaimable', state }
  if (leaseUntil > now) return { kind: 'leased', until: leaseUntil }
  const dueAt = Math.max(email.dueAt, email.nextAttemptAt ?? 0)
  if (dueAt > now) return { kind: 'notDue', dueAt }
  return hold(store, email, until)!
}

/** Undefined when anything has happened to the email since it was accepted. */
function claimFresh(
  store: Store,
  { email, content }: Arrival,
  now: number,
  until: number,
): Claim | undefined {
  const claim = email.dueAt > now ? undefined : hold(store, email, until)
  return claim && { ...claim, content }
}

/** Takes an email that is as it was read; undefined when it no longer is. */
function hold({ sql }: Store, email: Email, leaseUntil: number) {
  const held = claimed(email, leaseUntil)
  const { changes } = sql(
    `UPDATE emails SET state = 'sending', revision = ?, claim = ?, lease_until = ?
     WHERE id = ? AND revision = ?`,
  ).run(held.email.revision, held.claim, leaseUntil, email.id, email.revision)
  return changes === 0 ? undefined : held
}

/** An email as it is under a claim that ends then. */
export function claimed(email: Email, leaseUntil: number) {
  const revision = email.revision + 1
  const claim = crypto.randomUUID()
  const held = { ...email, state: 'sending', revision, claim, leaseUntil } as const
  return { kind: 'claimed', email: held, claim, takenOver: email.state === 'sending' } as const
}

function settle(store: Store, id: string, token: string, change: EmailChange): boolean {
  checkTransition('sending', change.state)
  return settleEmail(store.sql, id, token, change)
}

function changeSeen(store: Store, seen: Email, change: EmailChange): Email | undefined {
  const email = findEmail(store.sql, seen.id)
  if (email?.revision !== seen.revision) return undefined
  apply(store, email, change)
  return findEmail(store.sql, seen.id)
}

function apply(store: Store, email: Email, change: EmailChange): void {
  const { state = email.state } = change
  checkTransition(email.state, state)
  const ended = state === 'sending' ? {} : { claim: undefined, leaseUntil: undefined }
  updateEmail(store.sql, { ...email, ...change, ...ended, revision: email.revision + 1 })
}
