import type { Scope } from '../../mail/email/project.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/**
 * The same question about the same scope, asked once in so many milliseconds however often it is put,
 * also while it runs. What failed is asked again.
 */
export function remembered<Answer>(
  ask: (now: number, scope: Scope) => Promise<Answer>,
  clock: Pick<Clock, 'now'>,
  ms: number,
): (now: number, scope: Scope) => Promise<Answer> {
  const answers = new Map<Scope, { readonly answer: Promise<Answer>; readonly until: number }>()
  return (_now, scope) => {
    const last = answers.get(scope)
    if (last && clock.now() < last.until) return last.answer
    const answer = ask(clock.now(), scope)
    answers.set(scope, { answer, until: clock.now() + ms })
    answer.catch(() => answers.delete(scope))
    return answer
  }
}
