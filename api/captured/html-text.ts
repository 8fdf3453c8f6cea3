import { convert, type FormatCallback, type HtmlToTextOptions } from 'html-to-text'
import { readablePart } from '../../mail/compose/text-from-html.ts'
import { linkOf } from './text-finds.ts'

/** What a reader of an HTML part sees as text, and where its links lead. */
export function readHtml(html: string): { text: string; links: string[] } {
  const links: string[] = []
  const collectLink: FormatCallback = (element, walk, builder) => {
    const { href = '' } = element.attribs as Record<string, string>
    const link = linkOf(href)
    if (link) links.push(link)
    walk(element.children, builder)
  }
  try {
    const text = convert(readablePart(html), { ...asRead, formatters: { collectLink } })
    return { text, links }
  } catch {
    // Nested so deeply that the converter ran out of stack: the html itself is still shown.
    return { text: '', links }
  }
}

const asRead: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxDepth: 200 },
  selectors: [
    { selector: 'a', format: 'collectLink' },
    { selector: 'area', format: 'collectLink' },
    { selector: 'img', format: 'skip' },
  ],
}
