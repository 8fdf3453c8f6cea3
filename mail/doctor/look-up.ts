import type { Web } from '../ports/web.ts'
import type { DomainRecords } from './dns.ts'

interface Wanted {
  /** Of the default sender. */
  readonly domain: string
  /** Who signs: the domain and the selector of the settings, and the key in base64 where known. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly key?: string }
}

/**
 * Asks the DNS for what receivers look at. A name without an answer is not the same as one
 * without records; undefined where there is no answer for any, which is a missing network.
 */
export async function lookUp(
  { records }: Pick<Web, 'records'>,
  { domain, dkim }: Wanted,
): Promise<DomainRecords | undefined> {
  const unanswered: string[] = []
  let answers = 0
  const texts = async (name: string): Promise<readonly string[] | undefined> => {
    try {
      const found = await records(name, 'TXT')
      answers += 1
      return found
    } catch {
      unanswered.push(name)
      return undefined
    }
  }
  const signer = dkim && `${dkim.selector}._domainkey.${dkim.domain}`
  const [txt, dmarc, signature] = await Promise.all([
    texts(domain),
    policyOf(domain, texts),
    signer && texts(signer),
  ])
  if (answers === 0) return undefined
  return {
    domain,
    ...(txt && { txt }),
    ...(dmarc && { dmarc }),
    ...(signature && { dkim: signature }),
    ...(dkim?.key !== undefined && { dkimKey: dkim.key }),
    unanswered,
  }
}

/** A subdomain without a policy of its own has that of a domain above it (RFC 7489 section 6.6.3). */
async function policyOf(
  domain: string,
  texts: (name: string) => Promise<readonly string[] | undefined>,
): Promise<readonly string[] | undefined> {
  const labels = domain.split('.')
  for (let from = 0; from <= Math.max(0, labels.length - 2); from++) {
    const found = await texts(`_dmarc.${labels.slice(from).join('.')}`)
    if (!found || found.length > 0) return found
  }
  return []
}
