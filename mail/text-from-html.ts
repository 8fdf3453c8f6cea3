import { convert } from 'html-to-text'

/** Most html that is read for the text part, in characters: the rest is cut off there. */
const longestHtml = 1_000_000

/** The text part of an email that brings only html: readable, links kept, images left out. */
export function textFromHtml(html: string): string {
  return convert(html.slice(0, longestHtml), {
    wordwrap: 78,
    limits: { maxInputLength: longestHtml, maxDepth: 100, ellipsis: '…' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ],
  })
}
