import { examineDns } from './dns.ts'
import type { Web } from '../ports/web.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'

/** A DNS record that email from a domain needs, and what the DNS has. */
export interface DomainRecord {
  readonly record: 'SPF' | 'DKIM' | 'DMARC'
  readonly name: string
  readonly type: 'TXT' | 'CNAME'
  readonly value: string
  readonly status: RecordStatus
}

/** `unknown`: only the provider can tell. */
export type RecordStatus = 'verified' | 'missing' | 'wrong' | 'unreachable' | 'unknown'

/**
 * The DNS records by which receivers judge email from a domain, given how it leaves, and whether
 * they exist.
 */
export async function checkDomain(
  { records }: Pick<Web, 'records'>,
  settings: Settings,
  domain: string,
): Promise<DomainRecord[]> {
  const look = async (name: string, type: 'TXT' | 'CNAME') =>
    records(name, type).catch(() => undefined)
  const selector = selectorOf(settings, domain)
  const places = [domain, `_dmarc.${domain}`, `${selector.name}._domainkey.${domain}`] as const
  const [txt, dmarc, dkim] = await Promise.all([
    look(places[0], 'TXT'),
    look(places[1], 'TXT'),
    selector.isKnown ? look(places[2], selector.type) : undefined,
  ])
  const codes = new Set(
    examineDns({ domain, txt: txt ?? [], dmarc: dmarc ?? [] }).map(({ code }) => code),
  )
  return [
    {
      record: 'SPF',
      name: places[0],
      type: 'TXT',
      value: spfOf(settings),
      status: spfStatus(txt, codes, settings),
    },
    {
      record: 'DKIM',
      name: places[2],
      type: selector.type,
      value: selector.value,
      status: selector.isKnown ? dkimStatus(dkim, selector) : 'unknown',
    },
    {
      record: 'DMARC',
      name: places[1],
      type: 'TXT',
      value: 'v=DMARC1; p=none;',
      status: !dmarc ? 'unreachable' : codes.has('dns.dmarc') ? 'missing' : 'verified',
    },
  ]
}

/** Who sends for the domain, as the providers want it said. */
const includes: Partial<Readonly<Record<string, string>>> = {
  ses: 'include:amazonses.com',
  sendgrid: 'include:sendgrid.net',
  mailgun: 'include:mailgun.org',
}

function mechanismsOf(settings: Settings): string[] {
  return enginesOf(settings).flatMap((engine) => includes[engine] ?? [])
}

function spfOf(settings: Settings): string {
  const known = mechanismsOf(settings)
  return `v=spf1 ${known.length > 0 ? known.join(' ') : 'a mx include:<your provider>'} ~all`
}

function spfStatus(
  txt: readonly string[] | undefined,
  codes: ReadonlySet<string>,
  settings: Settings,
): RecordStatus {
  if (!txt) return 'unreachable'
  if (codes.has('dns.spf')) return 'missing'
  const words = txt.join(' ').toLowerCase().split(/\s+/)
  const named = mechanismsOf(settings).every((mechanism) => words.includes(mechanism))
  return named && !codes.has('dns.spf-twice') && !codes.has('dns.spf-open') ? 'verified' : 'wrong'
}

interface Selector {
  readonly name: string
  readonly type: 'TXT' | 'CNAME'
  readonly value: string
  /** Whether the name is known here, and so can be looked up. */
  readonly isKnown: boolean
}

/** Who signs: Postern itself with the key of its settings, else the provider with one of its own. */
function selectorOf({ dkim, ...settings }: Settings, domain: string): Selector {
  if (dkim.domain === domain && dkim.selector !== null) {
    const value = 'v=DKIM1; k=rsa; p=<the public key of the secret dkim.privateKey>'
    return { name: dkim.selector, type: 'TXT', value, isKnown: true }
  }
  const provider = enginesOf({ dkim, ...settings }).find((engine) => engine in selectors)
  if (provider !== undefined) return selectors[provider]!
  const value = 'set dkim.domain and dkim.selector, or have your provider sign'
  return { name: '<selector>', type: 'TXT', value, isKnown: false }
}

/** What providers sign with. */
const selectors: Partial<Readonly<Record<string, Selector>>> = {
  ses: {
    name: '<token>',
    type: 'CNAME',
    value: '<token>.dkim.amazonses.com, three of them: Amazon SES shows the tokens',
    isKnown: false,
  },
  sendgrid: {
    name: 's1',
    type: 'CNAME',
    value: 's1.domainkey.<account>.sendgrid.net: SendGrid shows the account',
    isKnown: true,
  },
  resend: { name: 'resend', type: 'TXT', value: 'p=<key>: Resend shows the key', isKnown: true },
  postmark: {
    name: '<date>pm',
    type: 'TXT',
    value: 'k=rsa; p=<key>: Postmark shows the name and the key',
    isKnown: false,
  },
  mailgun: {
    name: '<selector>',
    type: 'TXT',
    value: 'k=rsa; p=<key>: Mailgun shows the name and the key',
    isKnown: false,
  },
}

function dkimStatus(found: readonly string[] | undefined, { type }: Selector): RecordStatus {
  if (!found) return 'unreachable'
  if (found.length === 0) return 'missing'
  const good = type === 'TXT' ? /(^|;)\s*p=[A-Za-z0-9+/]/ : /\.sendgrid\.net\.?$/i
  return found.some((record) => good.test(record)) ? 'verified' : 'wrong'
}
