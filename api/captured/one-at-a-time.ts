import { Refusal } from '../http/errors.ts'

/** What is in memory because it waits for its turn: emails of 40 MB each at most. */
const mostWaiting = 8

/**
 * Lets work wait for each other that would take too much memory at once.
 *
 * @param deed what is done with an email, for the refusal
 * @returns what runs work in its turn; throws Refusal 503 when too many wait
 */
export function oneAtATime(deed: string): <T>(work: () => Promise<T>) => Promise<T> {
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()
  const endTurn = () => void (waiting -= 1)
  return async (work) => {
    if (waiting >= mostWaiting) throw busyWith(deed)
    waiting += 1
    const done = turn.then(work)
    turn = done.then(endTurn, endTurn)
    return done
  }
}

function busyWith(deed: string): Refusal {
  const words = `Too many large emails are being ${deed}: try again in a few seconds.`
  return new Refusal(503, 'application_error', words)
}
