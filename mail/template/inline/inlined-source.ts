import type { Shelf, TemplateSource, Texts } from '../template.ts'
import { inlineCss } from './inline.ts'

/**
 * A template whose html has its styles inlined, once for each html that its locales have.
 *
 * @param pause called between texts, so that others get the thread
 */
export async function withInlined(
  source: TemplateSource,
  shelf: Shelf,
  pause: () => Promise<void>,
): Promise<TemplateSource> {
  if (source.inlineCss === false) return source
  const layout = source.layout?.html
  const partial = (name: string) =>
    Object.hasOwn(shelf.partials, name) ? shelf.partials[name]!.html : undefined
  const made = new Map<string, ReturnType<typeof inlineCss>>()
  const locales: Record<string, Texts> = {}
  for (const [locale, texts] of Object.entries(source.locales)) {
    locales[locale] = texts
    if (!texts.html) continue
    const key = JSON.stringify(texts.html)
    if (!made.has(key)) await pause()
    const inlined = made.get(key) ?? inlineCss({ html: texts.html, layout, partial })
    made.set(key, inlined)
    locales[locale] = { ...texts, inlined }
  }
  return { ...source, locales }
}
