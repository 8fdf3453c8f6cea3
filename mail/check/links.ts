import { finding, type Finding } from './finding.ts'
import { placesIn } from './places.ts'

/** What became of looking where a link leads. */
export interface LinkLook {
  readonly url: string
  /** Undefined: there was no answer. */
  readonly status?: number
  /** Why there was none, in words. */
  readonly reason?: string
}

export type LookAt = (url: string) => Promise<Omit<LinkLook, 'url'>>

/** Links of one email that are looked at, each once. */
export const mostLinks = 50

/**
 * Links that are looked at at the same time. Each has 5 s, so all of them take 25 s at most: a request
 * in AWS has 29.
 */
const atOnce = 10

/** Looks where the links of an email lead, those by http and https. */
export async function lookAtLinks(links: readonly string[], lookAt: LookAt): Promise<LinkLook[]> {
  const web = [...new Set(links.filter((link) => /^https?:/i.test(link)))].slice(0, mostLinks)
  const looks: LinkLook[] = []
  let next = 0
  const work = async () => {
    for (let n = next++; n < web.length; n = next++)
      looks[n] = { url: web[n]!, ...(await lookAt(web[n]!)) }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return looks
}

/** Links that a reader who clicks gets nothing from, and where in the html they stand. */
export function linkFindings(looks: readonly LinkLook[], html = ''): Finding[] {
  const searched = html.slice(0, longestSearched)
  const placeOf = placesIn(searched)
  return looks.flatMap(({ url, status, reason }) => {
    if (status !== undefined && status < 400) return []
    const why = status === undefined ? (reason ?? 'no answer') : `it answers with status ${status}`
    const text = `The link ${url.slice(0, 300)} leads nowhere: ${why}.`
    const places = indexesOf(url, searched).map(placeOf)
    return [finding({ rule: 'link.broken', severity: 'error', text }, places, 1)]
  })
}

/** Characters of html that links are looked for in: 50 links take 10 milliseconds. */
const longestSearched = 200_000

/** Where a link is written whole, with its `&` as they are or as HTML has them. */
function indexesOf(url: string, html: string): number[] {
  const spellings = new Set([url, url.replaceAll('&', '&amp;')])
  return [...spellings].flatMap((spelling) => wholeIn(html, spelling)).sort((a, b) => a - b)
}

function wholeIn(html: string, url: string): number[] {
  const found: number[] = []
  for (let at = html.indexOf(url); at >= 0; at = html.indexOf(url, at + url.length))
    if (endsLink.test(html.charAt(at + url.length))) found.push(at)
  return found
}

/** What stands behind a link that is no longer than it seems; nothing, at the end of the html. */
const endsLink = /^["'<>\s]?$/
