import { withEntry, type Email } from '../../mail/email/email.ts'
import { checkTransition, claimable } from '../../mail/email/states.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { insertDeadLetter } from './dead-letters.ts'
import { emailOf, quoted, updateEmail, type EmailRow } from './email-rows.ts'
import type { Store } from './group-commit.ts'

/** How much of what waited is left to a person. */
export interface HeldBack {
  readonly emails: number
  /** Of webhooks. */
  readonly notices: number
}

/** Emails that one commit holds: some milliseconds. */
const atOnce = 200

/**
 * Holds all that waits to be sent or told: the Postern whose backup this is may have done so since.
 * Each email has a letter, by which all can be put back into the queue.
 *
 * @param of when the backup was taken
 */
export async function holdWaiting(store: Store, of: number, clock: Clock): Promise<HeldBack> {
  const { sql, write } = store
  const reason = `was waiting when the backup of ${iso(of)} was taken: it may have been sent since`
  const holdSome = () => {
    const rows = sql(`SELECT * FROM emails WHERE state IN (${quoted(claimable)}) LIMIT ?`)
    const some = rows.all(atOnce).map((row) => emailOf(row as unknown as EmailRow))
    for (const email of some) hold(sql, email, { reason, clock })
    return some.length
  }
  let emails = await write(holdSome)
  for (let before = 0; emails > before;) {
    before = emails
    emails += await write(holdSome)
  }
  const notices = await write(() => {
    sql('DELETE FROM jobs').run()
    const text = `UPDATE notices SET state = 'kept', due_at = NULL WHERE state = 'waiting'`
    return Number(sql(text).run().changes)
  })
  return { emails, notices }
}

interface Why {
  readonly reason: string
  readonly clock: Clock
}

function hold(sql: Store['sql'], email: Email, { reason, clock }: Why) {
  checkTransition(email.state, 'held')
  updateEmail(sql, {
    ...email,
    state: 'held',
    revision: email.revision + 1,
    recipients: email.recipients.map((one) =>
      one.state === 'queued' ? { ...one, state: 'held', reason } : one,
    ),
    timeline: withEntry(email.timeline, { at: clock.now(), what: 'held', reason }),
    lastReason: reason,
    nextAttemptAt: undefined,
    claim: undefined,
    leaseUntil: undefined,
  })
  insertDeadLetter(sql, clock, email.id, reason)
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
