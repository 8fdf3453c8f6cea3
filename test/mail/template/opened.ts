import {
  emptyShelf,
  openTemplate,
  type Shelf,
  type Template,
} from '../../../mail/template/template.ts'
import type { Variable } from '../../../mail/template/variables.ts'

/** A template of one locale, with the parts that a test is about. */
export interface Parts {
  readonly subject?: string
  readonly html?: string
  readonly text?: string
  readonly layout?: string
  readonly variables?: readonly Variable[]
  readonly shelf?: Shelf
}

export function opened({
  subject = '',
  html,
  text,
  layout,
  variables = [],
  shelf,
}: Parts): Template {
  const written = (where: string, words?: string) =>
    words === undefined ? undefined : { where, text: words }
  const en = {
    subject: { where: 'subject', text: subject },
    html: written('html', html),
    text: written('text', text),
  }
  return openTemplate(
    {
      name: 'welcome',
      version: '1',
      defaultLocale: 'en',
      variables,
      locales: { en },
      layout: { html: written('layout', layout) },
    },
    shelf ?? emptyShelf,
  )
}

type Data = Readonly<Record<string, unknown>>

/** The html that comes of it, or each fault as `html 3: …`. */
export function htmlOf(html: string, variables: Data = {}, parts: Parts = {}): string | string[] {
  const rendering = opened({ ...parts, html }).render({ variables })
  if ('rendered' in rendering) return rendering.rendered.html ?? ''
  return rendering.faults.map(({ where, line, rule }) => `${where} ${line}: ${rule}`)
}
