import { convert, type FormatCallback, type HtmlToTextOptions } from 'html-to-text'
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
    const text = convert(html.slice(0, longestHtml), { ...asRead, formatters: { collectLink } })
    return { text, links }
  } catch {
    // Nested so deeply that the converter ran out of stack: the html itself is still shown.
    return { text: '', links }
  }
}

/**
 * Longest html that is searched, in characters. Gmail clips an email above 102 kB, and the parser
 * takes quadratic time for tags that nobody closes: half a second at this length.
 */
const longestHtml = 200_000

const asRead: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxInputLength: longestHtml, maxDepth: 200 },
  selectors: [
    { selector: 'a', format: 'collectLink' },
    { selector: 'area', format: 'collectLink' },
    { selector: 'img', format: 'skip' },
  ],
}
