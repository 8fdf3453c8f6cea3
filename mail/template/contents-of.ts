import { compile, type Library } from './compile.ts'
import type { Contents, SharedTexts } from './contents.ts'
import { libraryFor, type Shelf, type Template, type TemplateSource } from './template.ts'
import type { Written } from './tree.ts'

/** What a template of a folder says, with its own copy of what it uses of what others use too. */
export function contentsOf({ source, shelf }: Template): Contents {
  const { defaultLocale, variables, samples = {}, from, replyTo, layout, inlineCss } = source
  const texts = Object.entries(source.locales).map(([locale, { subject, html, text }]) => [
    locale,
    { subject: subject.text, ...pairOf({ html, text }) },
  ])
  return {
    defaultLocale,
    locales: Object.fromEntries(texts) as Contents['locales'],
    variables,
    samples,
    ...(from !== undefined && { from }),
    ...(replyTo !== undefined && { replyTo: [replyTo].flat() }),
    ...(layout && { layout: { ...(layout.name && { name: layout.name }), ...pairOf(layout) } }),
    ...sharedOf(source, shelf),
    ...(inlineCss === false && { inlineCss }),
  }
}

function pairOf({ html, text }: { html?: Written; text?: Written }): SharedTexts {
  return { ...(html && { html: html.text }), ...(text && { text: text.text }) }
}

function sharedOf(source: TemplateSource, shelf: Shelf): Pick<Contents, 'partials' | 'messages'> {
  const used = usedOf(source, shelf)
  const partials = [...used.partials]
    .sort()
    .map((name) => [name, pairOf(shelf.partials[name]!)] as const)
  const messages = shelf.messages.flatMap(({ locale, messages: all }) => {
    const own = Object.entries(all).filter(([key]) => used.keys.has(key))
    return own.length > 0 ? [[locale, Object.fromEntries(own)] as const] : []
  })
  return {
    ...(partials.length > 0 && { partials: Object.fromEntries(partials) }),
    ...(messages.length > 0 && { messages: Object.fromEntries(messages) }),
  }
}

/** What its texts ask for while they are compiled. */
function usedOf(source: TemplateSource, shelf: Shelf) {
  const used = { partials: new Set<string>(), keys: new Set<string>() }
  const heard = (library: Library): Library => ({
    partial: (name) => {
      const found = library.partial(name)
      if (found) used.partials.add(name)
      return found
    },
    message: (key) => {
      used.keys.add(key)
      return library.message(key)
    },
  })
  for (const [locale, { subject, html, text }] of Object.entries(source.locales))
    for (const kind of ['html', 'text'] as const) {
      const library = heard(libraryFor(source, { locale, shelf }, kind))
      const own = kind === 'html' ? [html] : [subject, text]
      for (const written of [...own, source.layout?.[kind]])
        if (written) compile(written, kind, library)
    }
  return used
}
