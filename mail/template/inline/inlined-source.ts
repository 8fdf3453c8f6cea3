import type { Shelf, TemplateSource } from '../template.ts'
import type { Written } from '../tree.ts'
import { inlineCss } from './inline.ts'

/** A template whose html has its styles inlined, once for each html that its locales have. */
export function withInlined(source: TemplateSource, shelf: Shelf): TemplateSource {
  if (source.inlineCss === false) return source
  const layout = source.layout?.html
  const partial = (name: string) =>
    Object.hasOwn(shelf.partials, name) ? shelf.partials[name]!.html : undefined
  const made = new Map<string, ReturnType<typeof inlineCss>>()
  const inlined = (html: Written) => {
    const key = JSON.stringify(html)
    const one = made.get(key) ?? inlineCss({ html, layout, partial })
    made.set(key, one)
    return one
  }
  const locales = Object.entries(source.locales).map(([locale, texts]) => [
    locale,
    { ...texts, ...(texts.html && { inlined: inlined(texts.html) }) },
  ])
  return { ...source, locales: Object.fromEntries(locales) as TemplateSource['locales'] }
}
