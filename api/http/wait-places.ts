import { Refusal } from './errors.ts'
import { places } from './places.ts'

export type WaitPlaces = ReturnType<typeof waitPlaces>

/** Places for those who wait for captures, at whichever door. */
export function waitPlaces() {
  return places({ ofOne: mostWaiting, inAll: mostWaiting }, tooManyWait)
}

/** Each looks again with every capture: so many take some milliseconds of each. */
const mostWaiting = 500

const tooManyWait = new Refusal(
  429,
  'rate_limit_exceeded',
  `There are ${mostWaiting} requests that wait for a capture already.`,
  {},
  1,
)
