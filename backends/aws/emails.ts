import type { Email } from '../../mail/email/email.ts'
import { allProjects, defaultProject, isInScope, type Scope } from '../../mail/email/project.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { Claim, Emails } from '../../mail/ports/emails.ts'
import { allowed, checkTransition, claimable } from '../../mail/email/states.ts'
import { attributesOf, emailKey, emailOf, endOf, itemOfEmail } from './email-items.ts'
import { listEmails } from './email-list.ts'
import type { Retention } from './retention.ts'
import { isLive } from './table/live.ts'
import { knownProjects } from './table/project-lists.ts'
import { recipientHash } from './table/recipient-hash.ts'
import type { Item, Key } from './table/item.ts'
import { absent, type Table } from './table/table.ts'
import type { Condition } from './table/expressions.ts'

interface EmailsOptions {
  readonly clock: Clock
  readonly keeps: Pick<Retention, 'emailDays' | 'longestEmailDays'>
  /** After the write that they tell of, where that was made. */
  readonly tell: (events: readonly Event[]) => Promise<void>
}

/** The records of emails: one item each, every write of it conditional. */
export function dynamoEmails(table: Table, { clock, keeps, tell }: EmailsOptions): Emails {
  const makeKnown = knownProjects(table)
  const projects = claimedProjects()

  async function get(id: string, scope: Scope): Promise<Email | undefined> {
    const item = await table.get(emailKey(id))
    const email = item && isLive(item, clock.now()) ? emailOf(item) : undefined
    return email && isInScope(email.project, scope) ? email : undefined
  }

  return {
    async create(email) {
      await makeKnown(email.project)
      const keepDays = await keeps.emailDays(email.project, email.state)
      const others = lookUps(email, await keeps.longestEmailDays())
      // First: without its record a look-up finds nothing, and does no harm.
      if (others.length > 0) await table.putAll(others)
      return (await table.put(itemOfEmail(email, keepDays), absent)).applied
    },
    async claim(id, now, leaseSeconds) {
      const claimed = await claim(table, id, now, leaseSeconds)
      if (claimed.kind === 'claimed') projects.keep(claimed.claim, claimed.email.project)
      return claimed
    },
    async renew(id, token, now, leaseSeconds) {
      const set = { u: now + leaseSeconds * 1_000 }
      return (await table.update(emailKey(id), { set }, heldUnder(token))).applied
    },
    async settle(id, token, change, { events = [] } = {}) {
      checkTransition('sending', change.state)
      const keepDays = await keeps.emailDays(projects.of(token), change.state ?? 'sent')
      const set = {
        ...attributesOf(id, change, keepDays),
        c: undefined,
        u: undefined,
        b: undefined,
      }
      const update = { set, add: { r: 1 } }
      const { applied } = await table.update(emailKey(id), update, heldUnder(token))
      if (applied) await tell(events)
      return applied
    },
    async change(seen, change, events = []) {
      const { state = seen.state } = change
      const isAllowed = state === seen.state || allowed(seen.state, state)
      if (!isAllowed && (await get(seen.id, allProjects))?.revision !== seen.revision)
        return undefined
      checkTransition(seen.state, state)
      const ended = state === 'sending' ? {} : { c: undefined, u: undefined, b: undefined }
      const keepDays = await keeps.emailDays(seen.project, state)
      // What a signal makes of it may be kept for another time.
      const { settledAt } = { settledAt: seen.settledAt, ...change }
      const whole = settledAt === undefined ? change : { ...change, settledAt }
      const set = { ...attributesOf(seen.id, whole, keepDays), ...ended }
      const unchanged = { text: 'r = :seen', values: { ':seen': seen.revision } }
      const { applied, item } = await table.update(
        emailKey(seen.id),
        { set, add: { r: 1 } },
        unchanged,
      )
      if (!applied) return undefined
      await tell(events)
      return emailOf(item)
    },
    get,
    list: (query) => listEmails(table, clock, query),
  }
}

/** Most claims whose projects are known; the oldest are of attempts that never came to an end. */
const mostClaims = 1_000

/** Of what this process has claimed: to settle it names no project, and what it is kept for may. */
function claimedProjects() {
  const known = new Map<string, string>()
  return {
    keep(claim: string, project: string) {
      known.set(claim, project)
      for (const oldest of known.keys()) if (known.size > mostClaims) known.delete(oldest)
    },
    of(claim: string): string {
      const project = known.get(claim) ?? defaultProject
      known.delete(claim)
      return project
    },
  }
}

/**
 * One write decides who sends. A copy of the previous state is kept in it, because the answer to a
 * write that had to be tried again no longer tells it.
 */
async function claim(table: Table, id: string, now: number, leaseSeconds: number): Promise<Claim> {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('base64url')
  const set = { t: 'sending', c: token, u: now + leaseSeconds * 1_000, w: undefined }
  const update = { set, add: { r: 1 }, copy: { b: 't' } }
  const written = await table.update(emailKey(id), update, mayBeClaimed(now))
  if (!written.applied) return refusedClaim(written.item, now)
  const takenOver = written.item['b'] === 'sending'
  return { kind: 'claimed', email: emailOf(written.item), claim: token, takenOver }
}

function heldUnder(token: string): Condition {
  return {
    text: 't = :sending AND c = :token',
    values: { ':sending': 'sending', ':token': token },
  }
}

function mayBeClaimed(now: number): Condition {
  const states = Object.fromEntries(claimable.map((state) => [`:${state}`, state]))
  const conditions = [
    `t IN (${Object.keys(states).join(', ')})`,
    '(t <> :sending OR u <= :now)',
    'd <= :now',
    '(attribute_not_exists(y) OR y <= :now)',
  ]
  return {
    text: conditions.join(' AND '),
    values: { ...states, ':now': now },
  }
}

/** Derived from the conflicting item, which comes with the refusal. */
function refusedClaim(item: Item | undefined, now: number): Claim {
  if (!item) return { kind: 'unknown' }
  const { state, leaseUntil = 0, dueAt, nextAttemptAt = 0 } = emailOf(item)
  if (!claimable.includes(state)) return { kind: 'notClaimable', state }
  if (leaseUntil > now) return { kind: 'leased', until: leaseUntil }
  return { kind: 'notDue', dueAt: Math.max(dueAt, nextAttemptAt) }
}

/** The longest that an email may wait before it settles: 30 days ahead, 72 hours of patience. */
const longestWaitDays = 34

/** By which the recipients after the first find an email; the first has a place in the list. */
function lookUps({ id, createdAt, recipients }: Email, keepDays: number): (Key & Item)[] {
  const hashes = recipients.map(({ address }) => recipientHash(address).whole)
  const x = endOf(createdAt, keepDays + longestWaitDays)
  return [...new Set(hashes)].slice(1).map((hash) => ({ p: `r#${hash}`, s: id, x }))
}
