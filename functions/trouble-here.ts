import { troubleLine } from '../mail/trouble.ts'
import { NotDeployed } from './not-deployed.ts'

/** What a function logs of an error. One about its own environment is told in its words. */
export function troubleHere(error: unknown): Record<string, unknown> {
  const { name, ...rest } = troubleLine(error)
  const reason = error instanceof NotDeployed && { reason: error.message }
  // Powertools keeps `name` for itself.
  return { error: name, ...rest, ...reason }
}
