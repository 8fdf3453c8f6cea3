import { shelfOf, sourceOf, type Contents } from './contents.ts'
import type { Texts } from './template.ts'

/**
 * The same contents with the CSS of each html inlined: when they are saved, so that a version says
 * the same for ever.
 *
 * @param pause called between texts, so that others get the thread
 */
export async function inlinedContents(
  { inlined: _, ...contents }: Contents,
  pause: () => Promise<void>,
): Promise<Contents> {
  if (!hasStyles(contents)) return contents
  const { withInlined } = await import('./inline/inlined-source.ts')
  const source = sourceOf(contents, { name: '', version: '' })
  const { locales } = await withInlined(source, shelfOf(contents), pause)
  const inlined = Object.entries(locales).flatMap(([locale, texts]) => {
    const kept = keptOf(texts)
    return kept ? [[locale, kept] as const] : []
  })
  return { ...contents, ...(inlined.length > 0 && { inlined: Object.fromEntries(inlined) }) }
}

function hasStyles({ locales, layout, partials = {} }: Contents): boolean {
  const all = [...Object.values(locales), layout, ...Object.values(partials)]
  return all.some((one) => /<style/i.test(one?.html ?? ''))
}

function keptOf({ inlined }: Texts) {
  if (!inlined || 'left' in inlined) return inlined
  return { ...inlined, partials: Object.fromEntries(inlined.partials) }
}
