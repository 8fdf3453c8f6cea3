import { finding, type Finding } from './finding.ts'

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

/** Links that are looked at at the same time. */
const atOnce = 5

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

/** Links that a reader who clicks gets nothing from. */
export function linkFindings(looks: readonly LinkLook[]): Finding[] {
  return looks.flatMap(({ url, status, reason }) => {
    if (status !== undefined && status < 400) return []
    const why = status === undefined ? (reason ?? 'no answer') : `it answers with status ${status}`
    const text = `The link ${url.slice(0, 300)} leads nowhere: ${why}.`
    return [finding({ rule: 'link.broken', severity: 'error', text })]
  })
}
