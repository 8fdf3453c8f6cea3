import type { Finding } from './finding.ts'
import { risk } from './finding.ts'

/** What the DNS says of a sender domain. */
export interface DomainRecords {
  readonly domain: string
  /** TXT records of the domain itself; of this and the others undefined where there was no answer. */
  readonly txt?: readonly string[]
  /** TXT records of `_dmarc.<domain>`, or of a domain above it. */
  readonly dmarc?: readonly string[]
  /** TXT records of `<selector>._domainkey.<domain>`; undefined too when no selector is known. */
  readonly dkim?: readonly string[]
  /** The key that signs, in base64, where it can be read. */
  readonly dkimKey?: string
  /** Names for which the DNS had no answer, though it had one for others. */
  readonly unanswered?: readonly string[]
}

/**
 * What receivers miss: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489). Large receivers refuse
 * bulk mail without them since 2024.
 */
export function examineDns(records: DomainRecords): Finding[] {
  const { domain, txt, dmarc, dkim, dkimKey, unanswered = [] } = records
  const spf = (txt ?? []).filter((record) => /^v=spf1(\s|$)/i.test(record))
  const policies = (dmarc ?? []).filter((record) => /^v=DMARC1\s*(;|$)/i.test(record))
  const keys = (dkim ?? []).flatMap(keyIn)
  const findings: (Finding | false)[] = [
    ...unanswered.map((name) =>
      missing(
        'unanswered',
        `the DNS has no answer for ${name}: receivers get none either`,
        'look at the name servers of the domain; nothing is known of this record',
      ),
    ),
    spf.some((record) => /^v=spf1\s+-all\s*$/i.test(record)) &&
      missing(
        'spf-none',
        `the SPF record of ${domain} says that no one sends for it (v=spf1 -all)`,
        'name your provider or server before -all',
      ),
    txt !== undefined &&
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
    policies.length > 1 &&
      missing(
        'dmarc-twice',
        `${domain} has ${policies.length} DMARC records: receivers ignore them all`,
        'keep one',
      ),
    policies.some((record) => !/;\s*p\s*=\s*(none|quarantine|reject)\s*(;|$)/i.test(record)) &&
      missing(
        'dmarc-policy',
        `the DMARC record of ${domain} has no policy that receivers know`,
        'give it p=none, p=quarantine or p=reject',
      ),
    dmarc !== undefined &&
      policies.length === 0 &&
      missing(
        'dmarc',
        `${domain} has no DMARC record`,
        'publish v=DMARC1; p=none; rua=... and look at the reports',
      ),
    dkimKey !== undefined &&
      keys.length > 0 &&
      !keys.includes(dkimKey) &&
      missing(
        'dkim-other-key',
        `the DNS has another DKIM key for ${domain} than the one that signs: no signature holds`,
        'publish the key that signs, or set dkim.privateKey to the one that belongs to it',
      ),
    dkim !== undefined &&
      keys.length === 0 &&
      missing(
        'dkim',
        `the DKIM key of ${domain} is not in the DNS`,
        'publish it at <selector>._domainkey',
      ),
  ]
  return findings.filter((finding) => finding !== false)
}

/** The public key of a record, without the blanks that long ones come with; an empty one is revoked. */
function keyIn(record: string): string[] {
  const key = /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replaceAll(/\s/g, '')
  return key ? [key] : []
}

function missing(code: string, problem: string, cure: string): Finding {
  return risk(`dns.${code}`, problem, cure)
}
