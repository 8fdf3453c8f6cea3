import { describe, expect, it } from 'vitest'
import { examineDns } from '../../../mail/doctor/dns.ts'
import { examine } from '../../../mail/doctor/examine.ts'
import { lookUp } from '../../../mail/doctor/look-up.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { resolveSettings } from '../../../mail/settings/settings.ts'

/** TXT records by name; a name with `fails` has no answer, any other no records. */
type Zone = Readonly<Record<string, readonly string[] | 'fails'>>

interface Setup {
  readonly settings?: SavedSettings
  readonly zone?: Zone
}

const goodSettings: SavedSettings = {
  engine: 'smtp',
  from: { address: 'no-reply@own.org' },
  senderDomains: ['own.org'],
  dkim: { domain: 'own.org', selector: 'p1' },
  smtp: {
    host: 'smtp.provider.net',
    port: 587,
    security: 'starttls',
    username: 'me',
    heloName: 'mail.own.org',
  },
  secrets: { 'smtp.password': 1, 'dkim.privateKey': 1 },
}

const ourKey = 'MIIBIjANours'
const signer = 'p1._domainkey.own.org'
const goodZone: Zone = {
  'own.org': ['v=spf1 include:provider.net -all', 'site-verification=1'],
  '_dmarc.own.org': ['v=DMARC1; p=quarantine; rua=mailto:dmarc@own.org'],
  [signer]: [`v=DKIM1; k=rsa; p=${ourKey}`],
}

const underTheDomain: Setup = {
  settings: { from: { address: 'a@sub.own.org' } },
  zone: { 'sub.own.org': ['v=spf1 a -all'] },
}

const example = set({
  from: { address: 'me@example.com' },
  senderDomains: null,
  dkim: { domain: 'example.com', selector: 'p1' },
})

const mistakes: readonly (readonly [code: string, what: string, setup: Setup])[] = [
  ['from.not-allowed', 'senderDomains lacks From', set({ senderDomains: ['other.org'] })],
  ['from.not-allowed', 'senderDomains is empty', set({ senderDomains: [] })],
  ['from.not-allowed', 'it has only the domain above', underTheDomain],
  ['from.missing', 'no From', set({ from: { address: null } })],
  ['from.placeholder', 'From of an example', example],
  ['dkim.other-domain', 'signed by another domain', other('dkim', { domain: 'mail.net' })],
  ['dns.spf', 'no records at all', zone({ 'own.org': [] })],
  ['dns.spf', 'only other TXT records', zone({ 'own.org': ['site-verification=1'] })],
  ['dns.spf', 'SPF of a misspelt version', zone({ 'own.org': ['v=spf -all'] })],
  ['dns.spf-none', 'v=spf1 -all', zone({ 'own.org': ['v=spf1 -all'] })],
  ['dns.spf-none', 'the same in capitals', zone({ 'own.org': ['V=SPF1  -ALL '] })],
  ['dns.spf-open', '+all', zone({ 'own.org': ['v=spf1 +all'] })],
  ['dns.spf-open', 'all', zone({ 'own.org': ['v=spf1 a mx all'] })],
  ['dns.spf-twice', 'two SPF records', zone({ 'own.org': ['v=spf1 a -all', 'v=spf1 mx -all'] })],
  ['dns.unanswered', 'SPF without an answer', zone({ 'own.org': 'fails' })],
  ['dns.unanswered', 'DMARC without an answer', zone({ '_dmarc.own.org': 'fails' })],
  ['dns.unanswered', 'DKIM without an answer', zone({ [signer]: 'fails' })],
  ['dns.dmarc', 'no DMARC', zone({ '_dmarc.own.org': [] })],
  ['dns.dmarc', 'DMARC of another version', zone({ '_dmarc.own.org': ['v=DMARC2; p=none'] })],
  ['dns.dmarc-policy', 'DMARC without p', zone({ '_dmarc.own.org': ['v=DMARC1; rua=x'] })],
  ['dns.dmarc-policy', 'p of no meaning', zone({ '_dmarc.own.org': ['v=DMARC1; p=all'] })],
  ['dns.dmarc-twice', 'two', zone({ '_dmarc.own.org': ['v=DMARC1; p=none', 'v=DMARC1; p=none'] })],
  ['dns.dkim', 'no DKIM record', zone({ [signer]: [] })],
  ['dns.dkim', 'a revoked key', zone({ [signer]: ['v=DKIM1; p='] })],
  ['dns.dkim', 'a record without a key', zone({ [signer]: ['v=DKIM1; k=rsa'] })],
  ['dns.dkim', 'the key under another selector', other('dkim', { selector: 'p2' })],
  ['dns.dkim-other-key', 'the key before', zone({ [signer]: ['v=DKIM1; p=MIIBIjANold'] })],
  ['dns.dkim-other-key', 'a key cut short', zone({ [signer]: ['v=DKIM1; p=MIIBIjAN'] })],
  ['smtp.password-missing', 'no password', set({ secrets: {} })],
  ['smtp.port-and-security', 'STARTTLS on 465', other('smtp', { port: 465 })],
]

const goodOnes: readonly (readonly [what: string, setup: Setup])[] = [
  ['all as it should be', {}],
  ['no limit to the senders', set({ senderDomains: null })],
  ['a DKIM key in several strings', zone({ [signer]: ['v=DKIM1; p=MIIBIj ANours ;'] })],
  ['the old key next to ours', zone({ [signer]: ['v=DKIM1; p=old', `v=DKIM1; p=${ourKey}`] })],
  ['v=spf1 with a provider before -all', zone({ 'own.org': ['v=spf1 ip4:192.0.2.1 -all'] })],
  ['an SPF redirect', zone({ 'own.org': ['v=spf1 redirect=_spf.provider.net'] })],
  ['DMARC that only looks', zone({ '_dmarc.own.org': ['v=DMARC1;p=none'] })],
  [
    'a subdomain under the policy and the signature of the domain above',
    {
      settings: { from: { address: 'a@sub.own.org' }, senderDomains: ['sub.own.org'] },
      zone: { 'sub.own.org': ['v=spf1 a -all'] },
    },
  ],
  ['a provider that signs by itself', set({ dkim: { domain: null, selector: null } })],
]

describe('the doctor', () => {
  it.each(mistakes)('finds %s: %s, and nothing else', async (code, _, setup) => {
    expect([...new Set(await found(setup))]).toEqual([code])
  })

  it.each(goodOnes)('raises no false alarm about %s', async (_, setup) => {
    expect(await found(setup)).toEqual([])
  })

  it('says nothing of records where the DNS cannot be asked at all', async () => {
    const records = () => Promise.reject(new Error('ECONNREFUSED'))
    expect(await lookUp({ records }, { domain: 'own.org' })).toBeUndefined()
  })
})

async function found(setup: Setup): Promise<string[]> {
  const saved = { ...goodSettings, ...setup.settings }
  const resolved = resolveSettings({ defaults: {}, saved, locks: {} })
  if ('faults' in resolved) throw new Error(JSON.stringify(resolved.faults))
  const { settings } = resolved
  const known = { ...goodZone, ...setup.zone }
  const records = async (name: string) => {
    const texts = known[name] ?? []
    if (texts === 'fails') throw new Error('SERVFAIL')
    return texts
  }
  const { domain: signs, selector } = settings.dkim
  const domain = settings.from.address?.split('@')[1] ?? 'own.org'
  const dkim = signs && selector ? { domain: signs, selector, key: ourKey } : undefined
  const dns = await lookUp({ records }, { domain, ...(dkim && { dkim }) })
  const facts = {
    settings,
    faults: [],
    verdicts: { smtp: { valid: true as const } },
    standing: {},
    readableSecrets: Object.keys(settings.secrets),
    queue: { depth: 0, sending: 0, scheduled: 0, held: 0, deadLetters: 0, oldestAgeSeconds: 0 },
    senders: [],
    now: 0,
    host: { kind: 'machine' as const },
  }
  // What the DNS holds of an example domain, or of a signer that is wrong itself, is not the point.
  const isSeeded = domain === 'own.org' || domain === 'sub.own.org'
  const ofDns = dns && isSeeded && signs !== 'mail.net' ? examineDns(dns) : []
  return [...examine(facts), ...ofDns].map(({ code }) => code)
}

function set(settings: SavedSettings): Setup {
  return { settings }
}

function other(section: string, change: object): Setup {
  return { settings: { [section]: { ...(goodSettings[section] as object), ...change } } }
}

function zone(records: Zone): Setup {
  return { zone: records }
}
