import type { Finding } from './finding.ts'
import { risk } from './finding.ts'

/** What the DNS says of a sender domain. */
export interface DomainRecords {
  readonly domain: string
  /** TXT records of the domain itself. */
  readonly txt: readonly string[]
  /** TXT records of `_dmarc.<domain>`. */
  readonly dmarc: readonly string[]
  /** TXT records of `<selector>._domainkey.<domain>`; undefined when no selector is known. */
  readonly dkim?: readonly string[]
}

/**
 * What receivers miss: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489). Large receivers refuse
 * bulk mail without them since 2024.
 */
export function examineDns({ domain, txt, dmarc, dkim }: DomainRecords): Finding[] {
  const spf = txt.filter((record) => /^v=spf1(\s|$)/i.test(record))
  const policies = dmarc.filter((record) => /^v=DMARC1\s*;/i.test(record))
  const findings: (Finding | false)[] = [
    spf.length === 0 &&
      missing('spf', `${domain} has no SPF record`, 'publish one that names your provider'),
    spf.length > 1 &&
      missing(
        'spf-twice',
        `${domain} has ${spf.length} SPF records: receivers ignore them all`,
        'merge them into one',
      ),
    spf.some((record) => /\s\+?all\b/i.test(record)) &&
      missing(
        'spf-open',
        `the SPF record of ${domain} lets everyone send`,
        'end it with ~all or -all',
      ),
    policies.length === 0 &&
      missing(
        'dmarc',
        `${domain} has no DMARC record`,
        'publish v=DMARC1; p=none; rua=... and look at the reports',
      ),
    dkim !== undefined &&
      !dkim.some((record) => /(^|;)\s*p=[A-Za-z0-9+/]/.test(record)) &&
      missing(
        'dkim',
        `the DKIM key of ${domain} is not in the DNS`,
        'publish it at <selector>._domainkey',
      ),
  ]
  return findings.filter((finding) => finding !== false)
}

function missing(code: string, problem: string, cure: string): Finding {
  return risk(`dns.${code}`, problem, cure)
}
