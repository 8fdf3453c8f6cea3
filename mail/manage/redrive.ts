import type { Email } from '../email/email.ts'
import { retry } from './manage.ts'
import type { DeadLetter } from '../ports/dead-letters.ts'
import type { Postern } from '../ports/postern.ts'

export type Redriven =
  | { readonly kind: 'done'; readonly email: Email }
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
 * Puts the email of a dead letter back into the queue, then lets the letter go: a crash between
 * leaves both, and the next redrive continues.
 */
export async function redrive(postern: Postern, letterId: string): Promise<Redriven> {
  const letter = await postern.deadLetters.get(letterId)
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
  after: string | undefined,
): Promise<{ letters: readonly RedrivenLetter[]; hasMore: boolean }> {
  const letters: RedrivenLetter[] = []
  let hasMore = true
  while (hasMore && letters.length < mostRedriven) {
    const page = await postern.deadLetters.list({ limit: 100, after: letters.at(-1)?.id ?? after })
    for (const letter of page.data)
      letters.push({ id: letter.id, redriven: await redriveLetter(postern, letter) })
    hasMore = page.hasMore
  }
  return { letters, hasMore }
}

async function redriveLetter(postern: Postern, letter: DeadLetter): Promise<Redriven> {
  const retried = await retry(postern, letter.emailId)
  const email = retried.kind === 'done' ? retried.email : await postern.emails.get(letter.emailId)
  if (!email) return { kind: 'refused', reason: 'its email is gone' }
  // A redrive that crashed in the middle left it queued, and `retry` has put its job again.
  if (email.state !== 'queued') return { kind: 'refused', reason: `the email is ${email.state}` }
  await postern.deadLetters.remove(letter.id)
  return { kind: 'done', email }
}
