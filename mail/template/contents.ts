import type { Inlined, Left } from './inline/inlined.ts'
import type { MessageFile } from './messages.ts'
import { openTemplate, type Shelf, type Template, type TemplateSource } from './template.ts'
import type { Written } from './tree.ts'
import type { Variable } from './variables.ts'

/** What a template that is kept by the API says, in all its locales. */
export interface Contents {
  readonly defaultLocale: string
  readonly locales: Readonly<Record<string, LocaleTexts>>
  readonly variables: readonly Variable[]
  /** Values to show it with. */
  readonly samples: Readonly<Record<string, unknown>>
  readonly from?: string
  readonly replyTo?: readonly string[]
  /** What stands around html and text; as a file it has a name. */
  readonly layout?: SharedTexts & { readonly name?: string }
  /** By name, and messages by locale: copies of its own, so that no other template changes it. */
  readonly partials?: Readonly<Record<string, SharedTexts>>
  readonly messages?: Readonly<Record<string, MessageFile['messages']>>
  /** False: style sheets stay as they are. */
  readonly inlineCss?: boolean
  /** By locale, made when the template is saved. */
  readonly inlined?: Readonly<Record<string, KeptInlined>>
}

export const textKinds = ['subject', 'html', 'text'] as const

export type TextKind = (typeof textKinds)[number]

export type LocaleTexts = Readonly<Partial<Record<TextKind, string>>>

export interface SharedTexts {
  readonly html?: string
  readonly text?: string
}

/** A page with its styles inlined, or why it was left as it is, as it is kept. */
type KeptInlined =
  Left | (Omit<Inlined, 'partials'> & { readonly partials: Readonly<Record<string, Written>> })

/** How a template is known in what is made from it. */
export type Label = Pick<TemplateSource, 'name' | 'version' | 'title'>

export function openContents(contents: Contents, label: Label): Template {
  return openTemplate(sourceOf(contents, label), shelfOf(contents))
}

export function sourceOf(contents: Contents, label: Label): TemplateSource {
  const { inlined = {}, layout } = contents
  const locales = Object.entries(contents.locales).map(([locale, texts]) => [
    locale,
    { ...writtenIn(texts), ...(inlined[locale] && { inlined: opened(inlined[locale]) }) },
  ])
  return {
    ...contents,
    ...label,
    layout: layout && { name: layout.name, ...writtenPair('layout', layout) },
    locales: Object.fromEntries(locales) as TemplateSource['locales'],
  }
}

function opened(kept: KeptInlined): Inlined | Left {
  return 'left' in kept ? kept : { ...kept, partials: new Map(Object.entries(kept.partials)) }
}

export function shelfOf({ partials = {}, messages = {} }: Contents): Shelf {
  const pairs = Object.entries(partials).map(([name, pair]) => [
    name,
    writtenPair(`partials.${name}`, pair),
  ])
  return {
    partials: Object.fromEntries(pairs) as Shelf['partials'],
    messages: Object.entries(messages).map(([locale, all]) => ({
      where: `messages.${locale}`,
      locale,
      messages: all,
    })),
  }
}

function writtenIn({ subject = '', html, text }: LocaleTexts) {
  return {
    subject: { where: 'subject', text: subject },
    ...(html !== undefined && { html: { where: 'html', text: html } }),
    ...(text !== undefined && { text: { where: 'text', text } }),
  }
}

function writtenPair(where: string, { html, text }: SharedTexts) {
  return {
    ...(html !== undefined && { html: { where: `${where}.html`, text: html } }),
    ...(text !== undefined && { text: { where: `${where}.text`, text } }),
  }
}
