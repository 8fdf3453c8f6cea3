import { convert } from 'html-to-text'

/** Most html that is read for the text part, in characters: the rest is cut off there. */
const longestHtml = 1_000_000

/**
 * And most tags: htmlparser2 10.1 takes time by the square of the depth, for a megabyte of `<div>`
 * half a minute in which nothing else happens; for this many half a second.
 */
const mostTags = 50_000

/** The text part of an email that brings only html: readable, links kept, images left out. */
export function textFromHtml(html: string): string {
  return convert(readablePart(html), {
    wordwrap: 78,
    limits: { maxInputLength: longestHtml, maxDepth: 100, ellipsis: '…' },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
    ],
  })
}

/** As much of a text as a parser may be given without stopping everything else. */
export function readablePart(html: string): string {
  return html.slice(0, endOf(html))
}

/** Where reading ends: after the last character or tag that is read. */
function endOf(html: string): number {
  let end = 0
  for (let tags = 0; tags < mostTags; tags++) {
    const next = html.indexOf('<', end)
    if (next < 0 || next >= longestHtml) return longestHtml
    end = next + 1
  }
  return end - 1
}
