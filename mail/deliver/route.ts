import type { Postern } from '../ports/postern.ts'
import { sends, type EngineName } from '../email/engine-name.ts'
import { engineWaitMs, switchedOffMs } from '../retry.ts'
import type { PracticeRule } from '../settings/practice.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'
import type { Turn } from './turn.ts'

/** The engines that would take an email now, or how long none will. */
export type Route =
  | { readonly kind: 'open'; readonly engines: readonly ChosenEngine[] }
  | { readonly kind: 'closed'; readonly until: number; readonly reason: string }

export interface ChosenEngine {
  readonly name: EngineName
  /** Pauses in a row when it was chosen: more than none means this email is its probe. */
  readonly pauses: number
  /** It took nothing lately, as far as was known then. */
  readonly isTroubled?: boolean
}

/** How long one probe may take before another worker may probe. */
const probeMs = 60_000

/**
 * Finds the engines for a job without claiming it: with every engine paused, nothing is claimed.
 * After a pause exactly one worker gets to probe the engine with one email.
 */
export async function findRoute(turn: Turn): Promise<Route> {
  const { postern, job } = turn
  const now = postern.clock.now()
  const wanted = enginesFor(turn)
  if ([...wanted, ...enginesOf(turn.inForce.settings)].includes('disabled'))
    return { kind: 'closed', until: now + switchedOffMs, reason: 'mail is off' }
  if (job.capture) return { kind: 'open', engines: [{ name: 'noop', pauses: 0 }] }
  const engines: ChosenEngine[] = []
  let until = Number.POSITIVE_INFINITY
  let reason = ''
  for (const name of wanted) {
    const { pauses, pausedUntil = 0, reason: why } = await postern.standing.read(name)
    if (pauses === 0 || (pausedUntil <= now && (await takeProbe(postern, name, now))))
      engines.push({ name, pauses, isTroubled: why !== undefined })
    else if (pausedUntil < until) [until, reason] = [pausedUntil, why ?? '']
  }
  if (engines.length > 0) return { kind: 'open', engines }
  const nextLook = now + engineWaitMs(now - job.since)
  return { kind: 'closed', until: Math.min(Math.max(until, now + 1_000), nextLook), reason }
}

/**
 * The engines that may have this email, in order, paused ones too: the one that a person chose, or
 * those of the settings. A lock has the last word, whatever a record, a job or settings that are
 * being tried out say: they may come from a deployment that was allowed to send.
 */
export function enginesFor({ postern, job, inForce }: Turn): readonly EngineName[] {
  const locked = lockedEngines(postern)
  const wanted = job.engine ? [job.engine] : enginesOf(inForce.settings)
  if (!locked || wanted.every((name) => locked.includes(name))) return wanted
  return locked
}

/**
 * The rules of the failure practice: none where any engine of the settings, or one that was chosen
 * for this email, could send.
 */
export function practiceFor(turn: Turn): readonly PracticeRule[] {
  const { settings } = turn.inForce
  if (settings.practice.rules.length === 0) return []
  return [...enginesOf(settings), ...enginesFor(turn)].some(sends) ? [] : settings.practice.rules
}

function lockedEngines({ inForce: { locks } }: Postern): readonly EngineName[] | undefined {
  const { engine } = locks as Partial<Pick<Settings, 'engine'>>
  return engine === undefined ? undefined : [engine].flat()
}

function takeProbe({ standing }: Postern, name: EngineName, now: number): Promise<boolean> {
  return standing.takeProbe(name, now, now + probeMs)
}
