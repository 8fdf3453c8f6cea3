import type { Logger } from '@aws-lambda-powertools/logger'
import type { Told } from '../mail/told.ts'

/** Tells the log of a function, without the words of a server: `postern status` has those. */
export function toldTo(logger: Logger): (line: Told) => void {
  return ({ level, what, reason: _, ...facts }) => logger[level](what, facts)
}
