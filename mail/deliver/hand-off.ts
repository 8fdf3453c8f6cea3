import { CompositionError } from '../compose/compose.ts'
import { remoteText, type Outcome } from '../email/outcome.ts'
import type { Parcel } from '../email/parcel.ts'
import type { Engine } from '../ports/engine.ts'
import type { Postern } from '../ports/postern.ts'
import { pauseMs } from '../retry.ts'
import type { Candidate } from './route.ts'
import type { EngineName } from '../email/engine-name.ts'
import type { Turn } from './turn.ts'

/** One try at one engine, for these recipients. */
export interface Try {
  readonly engine: string
  readonly at: number
  readonly recipients: readonly string[]
  readonly outcome: Outcome
}

/** One engine gets 20 s, all of an attempt 40 s: well inside a Lambda's 60 s and the lease's 75 s. */
const engineMs = 20_000
const attemptMs = 40_000

/** An engine that does not obey its deadline is left alone after this; what it did is unknown. */
const graceMs = 2_000

/**
 * Hands a parcel to the first engine that takes it.
 *
 * The next engine is tried when one answers deferred or blocked, for the recipients that remain;
 * never after sent, rejected or ambiguous, because then a recipient may have it already.
 *
 * @param packFor makes the parcel for what is left of the recipients
 */
export async function handOff(
  turn: Turn,
  engines: readonly Candidate[],
  recipients: readonly string[],
  packFor: (recipients: readonly string[]) => Parcel,
): Promise<Try[]> {
  const { postern } = turn
  const deadline = postern.clock.now() + attemptMs
  const tries: Try[] = []
  let left = recipients
  for (const engine of engines) {
    const at = postern.clock.now()
    if (at >= deadline || left.length === 0) break
    const until = Math.min(at + engineMs, deadline)
    const outcome = await tryEngine(turn, engine.name, packFor(left), until)
    tries.push({ engine: engine.name, at, recipients: left, outcome })
    await noteStanding(postern, engine, outcome)
    if (outcome.kind !== 'deferred' && outcome.kind !== 'blocked') break
    const refused = outcome.kind === 'deferred' ? (outcome.refused ?? []) : []
    const gone = new Set(refused.filter((r) => r.kind === 'rejected').map((r) => r.address))
    left = left.filter((address) => !gone.has(address))
  }
  return tries
}

async function tryEngine(
  { postern, inForce }: Turn,
  name: EngineName,
  parcel: Parcel,
  until: number,
): Promise<Outcome> {
  let handed = false
  try {
    return await postern.fleet.use(name, inForce, (engine) => {
      handed = true
      return sendBy(postern, engine, parcel, until)
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

/** Sends under a deadline, and under a second one for engines that do not obey the first. */
async function sendBy({ clock }: Postern, engine: Engine, parcel: Parcel, until: number) {
  const abort = new AbortController()
  const done = new AbortController()
  void clock.until(until, done.signal).then(() => {
    if (!done.signal.aborted) abort.abort(new Error('out of time'))
  })
  const overdue = clock.until(until + graceMs, done.signal).then((): Outcome => {
    return { kind: 'ambiguous', reason: `the engine ${engine.name} did not end in time` }
  })
  try {
    return await Promise.race([engine.send(parcel, abort.signal), overdue])
  } finally {
    // With a reason of its own no exception is made for it, an email's worth of stack trace.
    done.abort('over')
  }
}

/** A blocked engine is paused for all workers, longer each time; one that took an email is well. */
async function noteStanding({ standing, clock }: Postern, engine: Candidate, outcome: Outcome) {
  const { name, pauses } = engine
  if (outcome.kind === 'blocked')
    await standing.pause(name, pauses, clock.now() + pauseMs(pauses), outcome.reason)
  else if (pauses > 0 && (outcome.kind === 'sent' || outcome.kind === 'rejected'))
    await standing.resume(name)
}
