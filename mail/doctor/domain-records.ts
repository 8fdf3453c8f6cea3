import { examineDns } from './dns.ts'
import type { Web } from '../ports/web.ts'
import { enginesOf, type Settings } from '../settings/settings.ts'

/** A DNS record that email from a domain needs, and what the DNS has. */
export interface DomainRecord {
  readonly record: 'SPF' | 'DKIM'
  readonly name: string
  readonly type: 'TXT' | 'CNAME'
  /** Ready to be published; undefined where only the provider knows it. */
  readonly value?: string
  readonly status: RecordStatus
}

/** `unknown`: only the provider can tell. */
export type RecordStatus = 'verified' | 'missing' | 'wrong' | 'unreachable' | 'unknown'

/**
 * The DNS records by which receivers judge email from a domain, given how it leaves, and whether
 * they exist.
 *
 * @param publicKey of Postern's own DKIM key, in base64, where it can be read
 */
export async function checkDomain(
  { records }: Pick<Web, 'records'>,
  settings: Settings,
  domain: string,
  publicKey?: string,
): Promise<DomainRecord[]> {
  const look = async (name: string, type: 'TXT' | 'CNAME') =>
    records(name, type).catch(() => undefined)
  const selector = selectorOf(settings, domain)
  const signer = `${selector.name}._domainkey.${domain}`
  const [txt, dkim] = await Promise.all([
    look(domain, 'TXT'),
    selector.isKnown ? look(signer, selector.type) : undefined,
  ])
  const codes = new Set(examineDns({ domain, txt: txt ?? [], dmarc: [] }).map(({ code }) => code))
  return [
    {
      record: 'SPF',
      name: domain,
      type: 'TXT',
      value: spfOf(settings),
      status: spfStatus(txt, codes, settings),
    },
    {
      record: 'DKIM',
      name: signer,
      type: selector.type,
      value: dkimValue(selector, dkim, publicKey),
      status: selector.isKnown ? dkimStatus(dkim, selector) : 'unknown',
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
  return `v=spf1 ${known.length > 0 ? known.join(' ') : 'a mx'} ~all`
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
  return named &&
    !codes.has('dns.spf-twice') &&
    !codes.has('dns.spf-open') &&
    !codes.has('dns.spf-none')
    ? 'verified'
    : 'wrong'
}

interface Selector {
  readonly name: string
  readonly type: 'TXT' | 'CNAME'
  /** Whether the name is known here, and so can be looked up. */
  readonly isKnown: boolean
  /** Whether Postern itself signs, with the key of its settings. */
  readonly isOwn?: true
}

/** Who signs: Postern itself, else the provider with a key of its own. */
function selectorOf({ dkim, ...settings }: Settings, domain: string): Selector {
  if (dkim.domain === domain && dkim.selector !== null)
    return { name: dkim.selector, type: 'TXT', isKnown: true, isOwn: true }
  const provider = enginesOf({ dkim, ...settings }).find((engine) => engine in selectors)
  return selectors[provider ?? ''] ?? { name: '<selector>', type: 'TXT', isKnown: false }
}

/** What providers sign with; only they know the values, and some of the names. */
const selectors: Partial<Readonly<Record<string, Selector>>> = {
  ses: { name: '<token>', type: 'CNAME', isKnown: false },
  sendgrid: { name: 's1', type: 'CNAME', isKnown: true },
  resend: { name: 'resend', type: 'TXT', isKnown: true },
  postmark: { name: '<date>pm', type: 'TXT', isKnown: false },
  mailgun: { name: '<selector>', type: 'TXT', isKnown: false },
}

/** Postern's own key, or what the DNS holds already. */
function dkimValue({ isOwn, type }: Selector, found: readonly string[] = [], publicKey?: string) {
  if (isOwn && publicKey !== undefined) return `v=DKIM1; k=rsa; p=${publicKey}`
  return found.find((record) => goodDkim(type).test(record))
}

function goodDkim(type: Selector['type']): RegExp {
  return type === 'TXT' ? /(^|;)\s*p=[A-Za-z0-9+/]/ : /\.sendgrid\.net\.?$/i
}

function dkimStatus(found: readonly string[] | undefined, { type }: Selector): RecordStatus {
  if (!found) return 'unreachable'
  if (found.length === 0) return 'missing'
  return found.some((record) => goodDkim(type).test(record)) ? 'verified' : 'wrong'
}
