import type { Email } from '../email/email.ts'
import { allProjects, type Scope } from '../email/project.ts'
import { retry } from './manage.ts'
import type { DeadLetter } from '../ports/dead-letters.ts'
import type { Postern } from '../ports/postern.ts'

type Redriven =
  /** Without an email where the letter holds several, or what was not accepted yet. */
  | { readonly kind: 'done'; readonly email?: Email }
  | { readonly kind: 'unknown' }
  /** The letter stays. */
  | { readonly kind: 'refused'; readonly reason: string }

/** What became of one letter of several. */
export interface RedrivenLetter {
  readonly id: string
  readonly redriven: Redriven
}

/** Most letters that are redriven in one go: an HTTP API gives up after 30 s. */
export const mostRedriven = 1_000

/**
 * Puts what a dead letter is about back into the queue, then lets the letter go: a crash between
 * leaves both, and the next redrive continues. A letter that holds the only copy of an email is
 * let go only after that is on the queue again.
 */
export async function redrive(postern: Postern, letterId: string, scope: Scope): Promise<Redriven> {
  const letter = await postern.deadLetters.get(letterId, scope)
  return letter ? redriveLetter(postern, letter) : { kind: 'unknown' }
}

/**
 * Redrives all dead letters, newest first, one by one: what one email refuses keeps no other.
 *
 * @param after goes on behind this letter
 * @returns what became of each, and whether there are more behind the last
 */
export async function redriveAll(
  postern: Postern,
  scope: Scope,
  after: string | undefined,
): Promise<{ letters: readonly RedrivenLetter[]; hasMore: boolean }> {
  const letters: RedrivenLetter[] = []
  let hasMore = true
  while (hasMore && letters.length < mostRedriven) {
    const from = letters.at(-1)?.id ?? after
    const page = await postern.deadLetters.list({ scope, limit: 100, after: from })
    for (const letter of page.data)
      letters.push({ id: letter.id, redriven: await redriveLetter(postern, letter) })
    hasMore = page.hasMore
  }
  return { letters, hasMore }
}

async function redriveLetter(postern: Postern, letter: DeadLetter): Promise<Redriven> {
  const putBack = await postern.deadLetters.putBack(letter.id)
  switch (putBack) {
    case 'elsewhere':
      return retryOf(postern, letter)
    case 'put':
      return letGo(postern, letter, await postern.emails.get(letter.emailId, allProjects))
    default:
      return { kind: 'refused', reason: reasons[putBack] }
  }
}

const reasons = {
  unreadable: 'it cannot be read: look at it in the dead-letter queue, or remove it',
  missing: 'what it holds cannot be found now: try again in a minute',
} as const

/** Its job is on the queue; one that a person was waited for needs that decision too. */
async function letGo(postern: Postern, letter: DeadLetter, email?: Email): Promise<Redriven> {
  const waits = email?.state === 'held' || email?.state === 'failed'
  const retried = waits ? await retry(postern, email.id, allProjects) : undefined
  await postern.deadLetters.remove(letter.id, allProjects)
  const now = retried?.kind === 'done' ? retried.email : email
  return { kind: 'done', ...(now && { email: now }) }
}

async function retryOf(postern: Postern, letter: DeadLetter): Promise<Redriven> {
  const retried = await retry(postern, letter.emailId, allProjects)
  const email =
    retried.kind === 'done' ? retried.email : await postern.emails.get(letter.emailId, allProjects)
  if (!email) return { kind: 'refused', reason: 'its email is gone' }
  // A redrive that crashed in the middle left it queued, and `retry` has put its job again.
  if (email.state !== 'queued') return { kind: 'refused', reason: `the email is ${email.state}` }
  await postern.deadLetters.remove(letter.id, allProjects)
  return { kind: 'done', email }
}
