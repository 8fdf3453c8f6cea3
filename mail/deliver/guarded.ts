import type { Email, EmailChange, Recipient } from '../email/email.ts'
import type { Job } from '../email/job.ts'
import { partsOfLane } from '../email/lane.ts'
import { allProjects } from '../email/project.ts'
import { hourMs } from '../email/time.ts'
import { senderOf, senderToBe } from '../guardian/sender.ts'
import type { Watch } from '../ports/reputation.ts'
import { isOutOfPatience, patienceMs, switchedOffMs } from '../retry.ts'
import { settingsIn } from '../settings/in-project.ts'
import type { Disposition } from './disposition.ts'
import { asHeld } from './settlement.ts'
import type { Turn } from './turn.ts'

/**
 * Has bulk email of a held sender wait. Costs a read of its record, and only while any sender is
 * held; nothing is written. What waited too long for a queue goes on, to be held.
 *
 * @returns nothing when the email is to go its usual way
 */
export async function whileGuarded(turn: Turn): Promise<Disposition | undefined> {
  const { postern, job } = turn
  if (!isGuarded(job)) return undefined
  await postern.guardian.look()
  if (!postern.guardian.watched().some(({ level }) => level === 'held')) return undefined
  if (isOutOfPatience(job, postern.clock.now(), Infinity)) return undefined
  const email = await postern.emails.get(job.id, allProjects)
  if (!email || !holdOf(turn, email)) return undefined
  return { kind: 'defer', seconds: switchedOffMs / 1_000 }
}

/** The same once it is claimed: a person decides about what waited too long. */
export function guarded(turn: Turn, email: Email, now: number): EmailChange | undefined {
  const hold = isGuarded(turn.job) ? holdOf(turn, email) : undefined
  if (!hold) return undefined
  if (!isOutOfPatience(email, now, Infinity)) return { state: 'queued', nextAttemptAt: now }
  return asHeld(email, now, `${guardedInWords(hold)}, for ${patienceMs / hourMs} hours`)
}

/** Counts those whom an engine was asked to send to, and who got it or were refused for good. */
export function noteSent({ postern, job }: Turn, before: Email, change: EmailChange) {
  const { recipients = [], timeline = before.timeline } = change
  const isTried = ({ state }: Recipient, n: number) =>
    (state === 'sent' || state === 'failed') && before.recipients[n]?.state === 'queued'
  const sent = job.capture ? 0 : recipients.filter(isTried).length
  if (sent > 0) postern.guardian.note(senderOf(before, timeline), sent)
}

function isGuarded({ capture, lane }: Job): boolean {
  return !capture && partsOfLane(lane).stream === 'bulk'
}

function holdOf({ postern, inForce }: Turn, email: Email): Watch | undefined {
  return postern.guardian.holdOf(senderToBe(email, settingsIn(inForce.settings, email.project)))
}

/** Why bulk email of a sender waits, in words. */
export function guardedInWords({ domain, reason }: Pick<Watch, 'domain' | 'reason'>): string {
  return `bulk email from ${domain} is held back: ${reason}`
}
