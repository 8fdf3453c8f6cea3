import { troubleLine, withoutAddresses } from '../mail/trouble.ts'
import { NotDeployed } from './not-deployed.ts'

/**
 * What a function logs of an error. One about its own environment is told in its words, and so is
 * one of AWS: they name the action and the resource that a role may not use, and no mail.
 */
export function troubleHere(error: unknown): Record<string, unknown> {
  const { name, ...rest } = troubleLine(error)
  const aws = refusalOfAws(error)
  const reason = error instanceof NotDeployed ? error.message : aws && wordsOf(aws)
  // Powertools keeps `name` for itself.
  return { error: aws?.name ?? name, ...rest, ...(reason !== undefined && { reason }) }
}

/** The error of an AWS service that one is about; undefined when it is about none. */
function refusalOfAws(error: unknown): Error | undefined {
  let cause = error
  for (let depth = 0; cause instanceof Error && depth < deepestCause; depth++) {
    // What the SDK makes of an answer of AWS has this, whichever the client.
    if ('$fault' in cause) return cause
    cause = cause.cause
  }
  return undefined
}

const deepestCause = 5

/** Longest that is logged, in characters: a few ARNs. */
const longestWords = 500

/** Should one quote an address after all, it does not reach the log. */
function wordsOf({ message }: Error): string {
  return withoutAddresses(message.slice(0, longestWords))
}
