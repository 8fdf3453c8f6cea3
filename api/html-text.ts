import { compile, type FormatCallback } from 'html-to-text'
import { linkOf } from './text-finds.ts'

/** What a reader of an HTML part sees as text, and where its links lead. */
export function readHtml(html: string): { text: string; links: string[] } {
  const links: string[] = []
  try {
    const text = toText(html.slice(0, longestHtml), { links })
    return { text, links }
  } catch {
    // Nested so deeply that the converter ran out of stack: the html itself is still shown.
    return { text: '', links }
  }
}

/** Longest html that is searched, in characters; an email above 100 kB is clipped by Gmail. */
const longestHtml = 2_000_000

const collectLink: FormatCallback = (element, walk, builder) => {
  const { links } = builder.metadata as { links: string[] }
  const link = linkOf(String((element.attribs as Record<string, string>)['href'] ?? ''))
  if (link) links.push(link)
  walk(element.children, builder)
}

const toText = compile({
  wordwrap: false,
  limits: { maxInputLength: longestHtml, maxDepth: 500 },
  formatters: { collectLink },
  selectors: [
    { selector: 'a', format: 'collectLink' },
    { selector: 'area', format: 'collectLink' },
    { selector: 'img', format: 'skip' },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
  ],
})
