import { convert } from 'html-to-text'
import { layout } from './html-layout.ts'

/** Most html that is read for the text part, in characters: the rest is cut off there. */
const longestHtml = 1_000_000

/**
 * And most tags: htmlparser2 10.1 takes time by the square of the depth, for a megabyte of `<div>`
 * half a minute in which nothing else happens; for this many half a second.
 */
const mostTags = 50_000

/**
 * The text part of an email that brings only html: readable, with the address of each link behind
 * its first mention, images left out.
 */
export function textFromHtml(html: string): string {
  const shown = new Set<string>()
  return convert(readablePart(html), {
    ...layout((href, text) => mention(href, text, shown)),
    wordwrap: 78,
    limits: { maxInputLength: longestHtml, maxDepth: 100, ellipsis: '…' },
  })
}

/** Where a link leads, where its text does not say so and it was not said before. */
function mention(href: string, text: string, shown: Set<string>): string {
  const [, scheme = '', rest = ''] = /^(https?:\/\/|mailto:|tel:|sms:)(.+)/is.exec(href) ?? []
  if (scheme === '') return ''
  const address = /^http/i.test(scheme) ? href : rest
  const isSaid = shown.has(href) || bare(text) === bare(rest)
  shown.add(href)
  if (isSaid) return ''
  return text === '' ? address : ` [${address}]`
}

/** Without what people leave out when they write an address or a number. */
function bare(address: string): string {
  return /^[+\d\s()./-]+$/.test(address)
    ? address.replaceAll(/[^+\d]/g, '')
    : address
        .replaceAll(/\s/g, '')
        .replace(/^(https?:\/\/)?(www\.)?/i, '')
        .replace(/\/$/, '')
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
