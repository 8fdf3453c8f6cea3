import type { Tag } from '../../mail/email/email.ts'

interface TagRules {
  /** Characters that a value may not hold. */
  readonly unfit: RegExp
  /** How many tags an email may have, ours included. */
  readonly most: number
  /** Of a name and of a value, in characters. */
  readonly longest: number
}

/**
 * The tags of an email, each name once, as SES and Resend take them: they refuse the whole email
 * for one other character and for a name given twice. So another character becomes `_`, and a name
 * that is there already counts on: `category`, `category_2`. Ours comes first.
 */
export function fitTags(
  id: string,
  tags: readonly Tag[],
  { unfit, most, longest }: TagRules,
): [name: string, value: string][] {
  const named = new Map([['postern_id', id]])
  for (const { name, value } of tags) {
    if (named.size === most) break
    const fit = value.replace(unfit, '_').slice(0, longest)
    if (name !== 'postern_id' && name !== '' && fit !== '')
      named.set(free(name, named, longest), fit)
  }
  return [...named]
}

function free(name: string, taken: ReadonlyMap<string, string>, longest: number): string {
  const fit = name.replace(/[^\w-]/g, '_')
  for (let count = 1; ; count++) {
    const end = count === 1 ? '' : `_${count}`
    const candidate = fit.slice(0, longest - end.length) + end
    if (!taken.has(candidate)) return candidate
  }
}
