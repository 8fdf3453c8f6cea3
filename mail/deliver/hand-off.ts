import { CompositionError } from '../compose/compose.ts'
import { remoteText, type Outcome } from '../email/outcome.ts'
import type { Parcel } from '../email/parcel.ts'
import type { Engine } from '../ports/engine.ts'
import type { PulseNews } from '../ports/fleet.ts'
import type { Postern } from '../ports/postern.ts'
import { pauseMs } from '../retry.ts'
import { keepProof } from './proof.ts'
import { enginesFor, type ChosenEngine } from './route.ts'
import type { EngineName } from '../email/engine-name.ts'
import type { Turn } from './turn.ts'

/** One try at one engine, for these recipients. */
export interface Try {
  readonly engine: string
  readonly at: number
  readonly recipients: readonly string[]
  readonly outcome: Outcome
  /** Who stood in From. */
  readonly from?: string
  /** The engine cannot carry it, and the email is left to others: nothing became of it here. */
  readonly passedOn?: boolean
  /** Blocked with settings that others have replaced in the meantime. */
  readonly outdated?: boolean
}

/** An engine that does not end when told to is left alone after this; what it did is unknown. */
export const graceMs = 2_000

/**
 * Hands a parcel to the first engine that takes it.
 *
 * The next engine is tried when one answers deferred or blocked, for the recipients that remain,
 * or when one cannot carry this email; never after sent, ambiguous or a refusal of the email
 * itself, because then a recipient may have it already. Recipients that were too many for one
 * transaction get the next one at once.
 *
 * @param packFor makes the parcel for what is left of the recipients
 */
export async function handOff(
  turn: Turn,
  engines: readonly ChosenEngine[],
  recipients: readonly string[],
  packFor: (recipients: readonly string[]) => Parcel,
): Promise<Try[]> {
  const { postern, ending } = turn
  const tries: Try[] = []
  const others = [...engines]
  let engine = others.shift()
  let left = recipients
  while (engine && left.length > 0 && !(tries.length > 0 && ending.aborted)) {
    const at = postern.clock.now()
    const parcel = packFor(left)
    const ended = postern.fleet.pulse(engine.name).begin(left[0]!, engine.isTroubled ?? false)
    const outcome = await tryEngine(turn, engine.name, parcel)
    const outdated = await noteStanding(turn, engine, outcome, ended(outcome))
    tries.push({
      engine: engine.name,
      at,
      recipients: left,
      outcome,
      from: parcel.from.address,
      ...(outdated && outcome.kind === 'blocked' && { outdated }),
    })
    left = leftAfter(outcome, left)
    if (outcome.kind !== 'sent') engine = others.shift()
  }
  return withPassedOn(tries, enginesFor(turn).length)
}

function isForOthers(outcome: Outcome): boolean {
  return outcome.kind === 'rejected' && outcome.elsewhere === true
}

/** Refused for good is what no engine can carry, those included that are paused now. */
function withPassedOn(tries: readonly Try[], engines: number): Try[] {
  const isLeft = tries.length < engines || !tries.every(({ outcome }) => isForOthers(outcome))
  return tries.map((one) => (isLeft && isForOthers(one.outcome) ? { ...one, passedOn: true } : one))
}

/** The recipients that an engine is asked for again at once: after a yes, the same one. */
function leftAfter(outcome: Outcome, recipients: readonly string[]): readonly string[] {
  switch (outcome.kind) {
    case 'sent':
      return (outcome.refused ?? []).filter(({ atOnce }) => atOnce).map(({ address }) => address)
    case 'deferred':
    case 'blocked': {
      const refused = (outcome.refused ?? []).filter(({ kind }) => kind === 'rejected')
      return recipients.filter((address) => !refused.some((one) => one.address === address))
    }
    case 'rejected':
      return isForOthers(outcome) ? recipients : []
    default:
      return []
  }
}

async function tryEngine(
  { postern, inForce, ending }: Turn,
  name: EngineName,
  parcel: Parcel,
): Promise<Outcome> {
  let handed = false
  try {
    return await postern.fleet.use(name, inForce, (engine) => {
      handed = true
      return sendBy(postern, engine, parcel, ending)
    })
  } catch (error) {
    const { name: kind, message } = error as Error
    if (error instanceof CompositionError)
      return { kind: 'rejected', reason: `cannot be composed: ${remoteText(message)}` }
    if (!handed) return { kind: 'blocked', reason: remoteText(message) }
    // Only the kind of error: its text may hold anything that the engine was handed.
    return { kind: 'ambiguous', reason: `the engine ${name} is broken: ${kind}` }
  }
}

/** Sends until the attempt must end, and no longer where an engine does not obey that. */
async function sendBy({ clock }: Postern, engine: Engine, parcel: Parcel, ending: AbortSignal) {
  const reason = `the engine ${engine.name} did not end in time`
  let giveUp = () => undefined as void
  const overdue = new Promise<Outcome>((resolve) => {
    giveUp = () => resolve({ kind: 'ambiguous', reason })
  })
  let cancel: (() => void) | undefined
  const wait = () => (cancel = clock.at(clock.now() + graceMs, giveUp))
  ending.addEventListener('abort', wait)
  try {
    return await Promise.race([engine.send(parcel, ending), overdue])
  } finally {
    cancel?.()
    ending.removeEventListener('abort', wait)
  }
}

/** Says nothing of the engine as it is now: its settings were saved while it was being tried. */
async function isOutdated({ postern, inForce }: Turn): Promise<boolean> {
  return (await postern.inForce.refresh()).version !== inForce.version
}

/**
 * A blocked engine is paused for all workers, longer each time; one that took an email is well. In
 * doubt whether it is blocked for all, only this email waits.
 *
 * @returns whether what would be noted is about settings that others have replaced
 */
async function noteStanding(
  turn: Turn,
  { name, pauses }: ChosenEngine,
  outcome: Outcome,
  news: PulseNews,
): Promise<boolean> {
  const { standing, clock, fleet } = turn.postern
  const isBlocked = outcome.kind === 'blocked' && !outcome.doubtful
  const isTrouble = isBlocked || typeof news === 'object'
  if ((isTrouble || outcome.kind === 'blocked') && (await isOutdated(turn))) return true
  const at = clock.now()
  if (isBlocked)
    await standing.pause(name, pauses, { at, until: at + pauseMs(pauses), reason: outcome.reason })
  else if (news === 'well') await standing.resume(name)
  else if (news) await standing.degrade(name, news)
  const isProof = outcome.kind === 'sent' && fleet.pulse(name).isFirst(turn.inForce.version)
  if (isProof || (news === 'well' && outcome.kind === 'sent')) await keepProof(turn, name)
  return false
}
