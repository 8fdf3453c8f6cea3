import type { Tag } from '../../mail/email/email.ts'

/** SES takes 50 tags an email; ours comes first. */
const mostTags = 50

/**
 * The tags of an email as SES takes them
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html): it refuses the whole
 * email for one other character and for a name given twice. So another character becomes `_`, and a
 * name that is there already counts on: `category`, `category_2`.
 */
export function emailTags(id: string, tags: readonly Tag[]) {
  const named = new Map([['postern_id', id]])
  for (const { name, value } of tags) {
    if (named.size === mostTags) break
    const fit = value.replace(/[^\w.@-]/g, '_').slice(0, 256)
    if (name !== 'postern_id' && name !== '' && fit !== '') named.set(free(name, named), fit)
  }
  return [...named].map(([Name, Value]) => ({ Name, Value }))
}

function free(name: string, taken: ReadonlyMap<string, string>): string {
  const fit = name.replace(/[^\w-]/g, '_')
  for (let count = 1; ; count++) {
    const end = count === 1 ? '' : `_${count}`
    const candidate = fit.slice(0, 256 - end.length) + end
    if (!taken.has(candidate)) return candidate
  }
}
