import { Parser } from 'htmlparser2'

/** Most html that is read, in characters. */
export const longestHtml = 1_000_000

/** Most tags: a quarter of a second for html-to-text 10; a long newsletter has two thousand. */
const mostTags = 20_000

/** Most elements inside each other: htmlparser2 10.1 takes time by the square of the depth. */
const deepest = 500

/** Most attributes of all tags together: a single tag may be all of the text. */
const mostAttributes = 20_000

/** As much of an html text as a parser may be given without stopping everything else. */
export function readablePart(html: string): string {
  const some = html.slice(0, endOfTags(html))
  return some.slice(0, endOfMarkup(some))
}

/** Where reading ends: after the last character or tag that is read. */
function endOfTags(html: string): number {
  let end = 0
  for (let tags = 0; tags < mostTags; tags++) {
    const next = html.indexOf('<', end)
    if (next < 0 || next >= longestHtml) return longestHtml
    end = next + 1
  }
  return end - 1
}

/** Where the first element begins that lies too deep, or the first attribute that is too many. */
function endOfMarkup(html: string): number {
  let depth = 0
  let attributes = 0
  let end = html.length
  const parser = new Parser({
    onopentagname() {
      depth += 1
      if (depth > deepest) end = Math.min(end, parser.startIndex)
    },
    onattribute() {
      attributes += 1
      if (attributes > mostAttributes) end = Math.min(end, parser.startIndex)
    },
    onclosetag() {
      depth -= 1
    },
  })
  for (let at = 0; at < html.length && end === html.length; at += piece)
    parser.write(html.slice(at, at + piece))
  return end
}

/** Characters after which is looked whether that was enough. */
const piece = 20_000
