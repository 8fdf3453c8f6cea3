import { convert } from 'html-to-text'
import { layout } from '../../mail/compose/html-layout.ts'
import { readablePart } from '../../mail/compose/readable-html.ts'
import { linkOf } from './links.ts'

/** What a reader of an HTML part sees as text, and where its links lead. */
export function readHtml(html: string): { text: string; links: string[] } {
  const links: string[] = []
  const collect = (href: string) => {
    const link = linkOf(href)
    if (link) links.push(link)
    return ''
  }
  try {
    const options = { ...layout(collect), wordwrap: false, limits: { maxDepth: 100 } } as const
    return { text: convert(readablePart(html), options), links }
  } catch {
    // Nested so deeply that the converter ran out of stack: the html itself is still shown.
    return { text: '', links }
  }
}
