import { arrivalOf } from '../accept/arrival.ts'
import { judge } from '../accept/judge.ts'
import type { Caller } from '../keys/caller.ts'
import { consign } from '../deliver/consign.ts'
import type { Content, Email } from '../email/email.ts'
import { leaseSeconds } from '../deliver/lease.ts'
import type { Try } from '../deliver/hand-off.ts'
import { within } from '../clock.ts'
import { newId } from '../email/id.ts'
import { allProjects } from '../email/project.ts'
import { keepContent } from '../content.ts'
import { jobOf } from '../email/job.ts'
import { noStop } from '../deliver/stop.ts'
import type { Turn } from '../deliver/turn.ts'
import type { Arrival } from '../ports/intake.ts'
import type { Postern } from '../ports/postern.ts'
import type { SettingsFault } from '../settings/layers.ts'
import type { Settings } from '../settings/settings.ts'
import { checkCandidate, type SettingsCandidate } from '../configure/candidate.ts'
import type { InForce } from '../ports/in-force.ts'
import { enginesFor } from '../deliver/route.ts'
import { settlement } from '../deliver/settlement.ts'
import { testRequest, type TestEmail, type TestWish } from './test-email.ts'

export type CandidateTest =
  | TestEmail
  /** The settings would not be saved. */
  | { readonly kind: 'faulty'; readonly faults: readonly SettingsFault[] }

/**
 * Sends one real email with settings that are not in force, and returns what became of it: the
 * only way to know that they work before all email depends on them.
 *
 * The email has a record like any other, but no job: it gets this one attempt, and what the
 * candidate cannot send has failed. A later retry sends it with the settings in force.
 * Runs where secrets may be read.
 */
export async function sendWithCandidate(
  postern: Postern,
  candidate: SettingsCandidate,
  wish: TestWish,
  caller: Caller,
): Promise<CandidateTest> {
  const checked = await checkCandidate(postern, candidate)
  if (checked.kind === 'invalid') return { kind: 'faulty', faults: checked.faults }
  const inForce = await pretend(postern, checked.settings)
  const asked = testRequest(wish, checked.settings)
  if (asked.kind === 'invalid') return asked
  const judged = judge(asked, caller, inForce)
  if (judged.kind !== 'fit') return judged
  const now = postern.clock.now()
  const wanted = { id: newId(now), request: judged.request, caller }
  const arrival = arrivalOf(wanted, inForce, now)
  const settled = await attempt(postern, inForce, checked.secrets, arrival)
  return { kind: 'sent', email: settled, ...reasonOf(settled) }
}

/** A person waits for the answer, in milliseconds; an HTTP API gives up after 30 s. */
const attemptMs = 20_000

/** As if they were saved. */
async function pretend({ inForce }: Postern, settings: Settings): Promise<InForce> {
  return { ...(await inForce.current()), settings, version: 'candidate', faults: [] }
}

async function attempt(
  postern: Postern,
  inForce: InForce,
  secrets: Readonly<Record<string, string>>,
  { email: wanted, content }: Arrival,
): Promise<Email> {
  const { emails, clock } = postern
  const fleet = postern.fleet.aside(secrets)
  try {
    await emails.create(wanted)
    const claim = await emails.claim(wanted.id, clock.now(), leaseSeconds)
    if (claim.kind !== 'claimed')
      throw new Error(`the test email was not claimed but ${claim.kind}`)
    const tries = await within({ clock, ms: attemptMs, signal: noStop.ending }, (ending) =>
      sendAside({ ...postern, fleet }, { inForce, ending }, claim.email, content),
    )
    const options = { now: clock.now(), giveUpAfterHours: 0, random: 0, isLast: true }
    const change = settlement(claim.email, tries, options)
    if (change.state === 'failed' || change.state === 'held')
      await keepContent(postern, wanted.id, content)
    await emails.settle(wanted.id, claim.claim, change)
    return (await emails.get(wanted.id, allProjects)) ?? { ...claim.email, ...change }
  } finally {
    await fleet.close()
  }
}

/** Through engines of the candidate's own. What befalls them says nothing of those in force. */
async function sendAside(
  postern: Postern,
  { inForce, ending }: Pick<Turn, 'inForce' | 'ending'>,
  email: Email,
  content: Content,
): Promise<readonly Try[]> {
  const nothing = async () => false
  const standing = { ...postern.standing, pause: nothing, degrade: nothing, resume: nothing }
  const turn: Turn = {
    postern: { ...postern, standing },
    inForce,
    job: jobOf(email),
    stopping: noStop.stopping,
    ending,
  }
  const engines = enginesFor(turn).map((name) => ({ name, pauses: 0 }))
  const at = postern.clock.now()
  try {
    return await consign(turn, engines, email, content)
  } catch (error) {
    // No job will come back to find that out.
    const reason = `it ended in an error of Postern's own: ${(error as Error).name}`
    const recipients = email.recipients.map(({ address }) => address)
    return [{ engine: 'unknown', at, recipients, outcome: { kind: 'ambiguous', reason } }]
  }
}

function reasonOf({ lastReason }: Email) {
  return lastReason === undefined ? {} : { reason: lastReason }
}
