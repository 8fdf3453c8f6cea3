import { comparisonKey } from '../../mail/email/address.ts'
import type { Email, EmailChange } from '../../mail/email/email.ts'
import { isId } from '../../mail/email/id.ts'
import { isInScope } from '../../mail/email/project.ts'
import type { Claim, EmailQuery, Emails } from '../../mail/ports/emails.ts'
import type { Page } from '../../mail/ports/page.ts'
import { checkTransition, claimable, isSettled, type EmailState } from '../../mail/email/states.ts'

interface MemoryEmailsOptions {
  /** Whether of a settled email only its state is kept: of a million, that is a gigabyte less. */
  readonly forgets?: boolean
}

/** The records of emails, in memory. */
export function memoryEmails({ forgets = false }: MemoryEmailsOptions = {}): Emails {
  const records = new Map<string, Email>()
  const forgotten = new Map<string, EmailState>()

  function apply(email: Email, change: EmailChange): Email {
    const { state = email.state } = change
    checkTransition(email.state, state)
    const { claim, leaseUntil, ...rest } = { ...email, ...change, revision: email.revision + 1 }
    const held = state === 'sending' ? { claim, leaseUntil } : {}
    const changed = withoutUndefined({ ...rest, ...held }) as Email
    records.set(email.id, changed)
    if (forgets && isSettled(state)) {
      forgotten.set(email.id, state)
      records.delete(email.id)
    }
    return changed
  }

  return {
    async create(email) {
      if (records.has(email.id)) return false
      records.set(email.id, email)
      return true
    },
    async claim(id, now, leaseSeconds): Promise<Claim> {
      const gone = forgotten.get(id)
      if (gone) return { kind: 'notClaimable', state: gone }
      const email = records.get(id)
      if (!email) return { kind: 'unknown' }
      const { state, leaseUntil = 0, dueAt, nextAttemptAt = 0, revision } = email
      if (!claimable.includes(state)) return { kind: 'notClaimable', state }
      if (leaseUntil > now) return { kind: 'leased', until: leaseUntil }
      if (Math.max(dueAt, nextAttemptAt) > now)
        return { kind: 'notDue', dueAt: Math.max(dueAt, nextAttemptAt) }
      const claim = crypto.randomUUID()
      const until = now + leaseSeconds * 1_000
      const held = { state: 'sending', revision: revision + 1, claim, leaseUntil: until } as const
      const claimed = { ...email, ...held }
      records.set(id, claimed)
      return { kind: 'claimed', email: claimed, claim, takenOver: state === 'sending' }
    },
    async renew(id, claim, now, leaseSeconds) {
      const email = records.get(id)
      if (email?.state !== 'sending' || email.claim !== claim) return false
      records.set(id, { ...email, leaseUntil: now + leaseSeconds * 1_000 })
      return true
    },
    async settle(id, claim, change) {
      checkTransition('sending', change.state)
      const email = records.get(id)
      if (email?.state !== 'sending' || email.claim !== claim) return false
      apply({ ...email, claim: undefined, leaseUntil: undefined }, change)
      return true
    },
    async change(seen, change) {
      const email = records.get(seen.id)
      return email?.revision === seen.revision ? apply(email, change) : undefined
    },
    async get(id, scope) {
      const email = records.get(id)
      return email && isInScope(email.project, scope) ? email : undefined
    },
    list: async (query) => pageOf([...records.values()], query),
  }
}

/** A value of its own: what is undefined is not there. */
function withoutUndefined<T extends object>(value: T): T {
  for (const key in value) if (value[key] === undefined) delete value[key]
  return value
}

function pageOf(
  emails: Email[],
  { scope, limit, after, before, state, stream, q }: EmailQuery,
): Page<Email> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new RangeError('a page holds 1 to 100 emails')
  const isWanted = ({ id, project, recipients, ...email }: Email) =>
    isInScope(project, scope) &&
    (stream === undefined || email.stream === stream) &&
    (q === undefined ||
      (isId(q)
        ? id === q
        : recipients.some((one) => comparisonKey(one.address) === comparisonKey(q))))
  const found = emails
    .filter((email) => isWanted(email) && (state === undefined || email.state === state))
    .filter(
      ({ id }) => (after === undefined || id < after) && (before === undefined || id > before),
    )
    .sort((a, b) => (a.id < b.id ? 1 : -1))
  const isForward = before !== undefined && after === undefined
  const data = isForward ? found.slice(-limit) : found.slice(0, limit)
  return { data, hasMore: found.length > limit }
}
