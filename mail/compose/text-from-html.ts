import { convert } from 'html-to-text'
import { layout } from './html-layout.ts'
import { longestHtml, readablePart } from './readable-html.ts'

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
