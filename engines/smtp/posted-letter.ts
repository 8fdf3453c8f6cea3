import type { Uncomposed } from '../../mail/email/parcel.ts'

/**
 * A letter on its way to the thread. What is posted is cloned object by object, which takes three
 * times as long as JSON for the many small parts of a letter; the long texts cross as they are.
 */
export interface PostedLetter {
  readonly content: Uncomposed['content']
  /** Everything else, as JSON. */
  readonly rest: string
}

export function posted({ content, ...rest }: Uncomposed): PostedLetter {
  return { content, rest: JSON.stringify(rest) }
}

export function received({ content, rest }: PostedLetter): Uncomposed {
  const { date, ...others } = JSON.parse(rest) as Omit<Uncomposed, 'content' | 'date'> & {
    date: string
  }
  return { ...others, date: new Date(date), content }
}
