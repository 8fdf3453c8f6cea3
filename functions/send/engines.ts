import { openEngine } from '../../engines/index.ts'
import type { EngineContext, OpenEngine } from '../../mail/ports/fleet.ts'
import type { Verdict } from '../../mail/email/outcome.ts'

/** The engines, one of which says more when it is asked whether it would take mail from here. */
export const openEngineHere: OpenEngine = async (name, context) => {
  const engine = await openEngine(name, context)
  if (name !== 'smtp' || portOf(context) !== 25) return engine
  return { ...engine, verify: async (signal) => withWarning(await engine.verify(signal)) }
}

/** A preset has none of the blocked ports. */
function portOf({ settings: { smtp } }: EngineContext): number | undefined {
  return smtp.preset === null ? smtp.port : undefined
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html, and AWS's page on port 25. */
const port25 = 'AWS lets Lambda functions reach no port 25: use 587, 465 or 2525'

function withWarning(verdict: Verdict): Verdict {
  return verdict.valid
    ? { valid: true, warnings: [...(verdict.warnings ?? []), port25] }
    : { valid: false, reason: `${verdict.reason} (${port25})` }
}
