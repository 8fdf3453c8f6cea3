import type { Disposition } from './disposition.ts'
import type { Email, EmailChange } from '../email/email.ts'
import { newId } from '../email/id.ts'
import { allProjects, type Scope } from '../email/project.ts'
import { cancel } from '../manage/manage.ts'
import type { Group, GroupStop } from '../ports/groups.ts'
import type { Postern } from '../ports/postern.ts'
import { isOutOfPatience, patienceMs } from '../retry.ts'
import { asHeld } from './settlement.ts'
import type { Turn } from './turn.ts'
import { dayMs, hourMs } from '../email/time.ts'

/** How long an email may join a group; afterwards the group lasts for those that joined last. */
const joinMs = 30 * dayMs

/** An email that joins leaves in 72 hours at the latest, and waits paused as long again. */
const lastsMs = joinMs + 7 * dayMs

/** How often a paused email looks whether it may go on, in seconds. */
const pausedSeconds = 300

/** Makes a group that emails can join by its id. */
export async function makeGroup({ groups, clock }: Postern, project: string): Promise<Group> {
  const now = clock.now()
  const group = { id: newId(now), project, createdAt: now, expiresAt: now + lastsMs }
  await groups.create(group)
  return group
}

/** Whether an email may still join. */
export async function isOpen(
  { groups, clock }: Postern,
  id: string,
  scope: Scope,
): Promise<boolean> {
  const now = clock.now()
  const group = await groups.get(id, scope, now)
  return group !== undefined && now < group.createdAt + joinMs
}

/**
 * Keeps the job of a stopped group from being worked on: cancels its email, or has a paused one
 * wait. Costs only a read, so that many can wait for a long time.
 *
 * @returns nothing when the email is to go its usual way
 */
export async function holdBack({ postern, job }: Turn): Promise<Disposition | undefined> {
  if (!job.group) return undefined
  const stop = await stopOf(postern, job.group)
  if (stop === 'pause' && !isPausedTooLong(job, postern.clock.now()))
    return { kind: 'defer', seconds: pausedSeconds }
  if (stop !== 'cancel') return undefined
  const canceled = await cancel(postern, job.id, allProjects, ['scheduled', 'queued'])
  return canceled.kind === 'done' ? { kind: 'acknowledge' } : undefined
}

/**
 * What a group says now. Asked again once its email is claimed: a stop that came in between counts,
 * and one that comes later is too late for this email, because it was being sent before.
 */
export async function stopOf(
  { groups, clock }: Postern,
  group: string,
): Promise<GroupStop | undefined> {
  return (await groups.get(group, allProjects, clock.now()))?.stop
}

/** Releases the claim; a person decides about what was paused too long to wait in a queue. */
export function whileStopped(email: Email, stop: GroupStop, now: number): EmailChange {
  if (stop === 'pause' && isPausedTooLong(email, now))
    return asHeld(email, now, `it was paused with its batch for ${patienceMs / hourMs} hours`)
  return { state: 'queued', nextAttemptAt: now }
}

function isPausedTooLong(waits: Pick<Email, 'since'>, now: number): boolean {
  return isOutOfPatience(waits, now, Number.POSITIVE_INFINITY)
}
