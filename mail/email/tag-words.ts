/** Most tags of one captured email, and characters of one. */
const mostTags = 50
const longestTag = 100

/**
 * Tags of a captured email, each once, in the order in which they were written. Characters that
 * none may hold are left out, as Mailpit does, and so are tags of which nothing is left.
 */
export function tagsIn(written: readonly string[]): string[] {
  const tags = new Map<string, string>()
  for (const text of written) {
    const tag = cleanTag(text)
    if (tag !== '' && !tags.has(tagKey(tag))) tags.set(tagKey(tag), tag)
    if (tags.size === mostTags) break
  }
  return [...tags.values()]
}

/** One tag as it is kept; empty where nothing of it can be. */
export function cleanTag(text: string): string {
  const kept = text
    .slice(0, 4 * longestTag)
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} \-._@:+]/gu, '')
  return kept.replace(/ +/g, ' ').trim().slice(0, longestTag).trim().toWellFormed()
}

/** Whether one of them is this whole tag. */
export function isTagged(tags: readonly string[], tag: string): boolean {
  return tags.some((one) => tagKey(one) === tagKey(tag))
}

/** By which tags are compared: the case does not matter. */
export function tagKey(tag: string): string {
  return tag.normalize('NFC').toLowerCase()
}
