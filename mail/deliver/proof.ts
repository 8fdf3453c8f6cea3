import type { EngineName } from '../email/engine-name.ts'
import type { Verdict } from '../email/outcome.ts'
import type { Turn } from './turn.ts'

const works: Verdict = { valid: true }

/**
 * Keeps that an engine took an email with these settings, which says more than any question: a
 * verdict that is missing or older and bad is no longer true. Nothing where others were saved since.
 */
export async function keepProof({ postern, inForce }: Turn, name: EngineName): Promise<void> {
  const { standing, clock } = postern
  if ((await postern.inForce.current()).version !== inForce.version) return
  const about = postern.inForce.seal(inForce.version)
  const before = await standing.readVerdict()
  const engines = before?.about === about ? before.engines : {}
  if (engines[name]?.valid) return
  const verdict = { about, at: clock.now(), engines: { ...engines, [name]: works } }
  await standing.writeVerdict(verdict)
}
