import type { Clock } from '../../mail/ports/clock.ts'

/**
 * The same question, asked once in so many milliseconds however often it is put, also while it runs.
 * What failed is asked again.
 */
export function remembered<Answer>(
  ask: (now: number) => Promise<Answer>,
  clock: Pick<Clock, 'now'>,
  ms: number,
): () => Promise<Answer> {
  let last: Promise<Answer> | undefined
  let until = 0
  return () => {
    if (last && clock.now() < until) return last
    until = clock.now() + ms
    const asked = ask(clock.now())
    last = asked
    asked.catch(() => (last = undefined))
    return asked
  }
}
