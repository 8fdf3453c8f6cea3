import { describe, expect, it } from 'vitest'
import { examineClock } from '../../../mail/doctor/clock.ts'
import { examine } from '../../../mail/doctor/examine.ts'
import type { Facts } from '../../../mail/doctor/facts.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { resolveSettings, type Settings } from '../../../mail/settings/settings.ts'

const now = Date.UTC(2026, 0, 1)
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'

const goodSmtp = {
  host: 'smtp.provider.net',
  port: 587,
  security: 'starttls',
  username: 'postern',
  heloName: 'mail.own.org',
}

const good: SavedSettings = {
  engine: 'smtp',
  from: { address: 'no-reply@own.org', name: 'Own' },
  smtp: goodSmtp,
  secrets: { 'smtp.password': 1 },
}

const goodDns = {
  domain: 'own.org',
  txt: ['v=spf1 include:provider.net -all', 'site-verification=1'],
  dmarc: ['v=DMARC1; p=quarantine'],
  dkim: ['v=DKIM1; k=rsa; p=MIIBIjAN'],
}

const emptyQueue = {
  depth: 0,
  sending: 0,
  scheduled: 0,
  held: 0,
  deadLetters: 0,
  oldestAgeSeconds: 0,
}

const sender = {
  project: 'default',
  domain: 'own.org',
  sent: 1_000,
  bounced: 50,
  complained: 0,
  reason: '5 % of 1000 bounced',
}

describe('the doctor', () => {
  it('finds nothing wrong with a good configuration', () => {
    expect(examine(facts())).toEqual([])
  })

  it('finds nothing wrong with a private relay on this machine', () => {
    const smtp = { host: '127.0.0.1', port: 25, security: 'none' }
    expect(examine(facts({ settings: settings({ smtp, secrets: {} }) }))).toEqual([])
  })

  const misconfigured: readonly [string, Partial<Facts>][] = [
    ['sender.held', { senders: [{ ...sender, level: 'held' }] }],
    ['sender.warned', { senders: [{ ...sender, level: 'warned' }] }],
    ['smtp.host-missing', smtp({ host: '' })],
    ['smtp.host-placeholder', smtp({ host: 'smtp.example.com' })],
    ['smtp.port-and-security', smtp({ port: 465 })],
    ['smtp.port-and-security', smtp({ security: 'tls' })],
    ['smtp.port-25-blocked', { ...smtp({ port: 25, username: null }), host: { kind: 'function' } }],
    ['smtp.port-25-login', smtp({ port: 25 })],
    ['smtp.password-in-clear', smtp({ security: 'none' })],
    ['smtp.mail-in-clear', smtp({ security: 'none', username: null })],
    ['smtp.encryption-optional', smtp({ security: 'opportunistic' })],
    ['smtp.certificate-unverified', smtp({ verifyCertificate: false })],
    ['smtp.ca-not-pem', smtp({ ca: 'MIIB' })],
    ['smtp.password-missing', { settings: settings({ secrets: {} }) }],
    ['smtp.password-unused', smtp({ username: null })],
    ['smtp.mailbox-missing', smtp({ auth: 'oauth2', username: null })],
    ['smtp.token-secret-missing', smtp({ auth: 'oauth2' })],
    ['smtp.helo-name', smtp({ heloName: 'localhost' })],
    ['secret.missing', { readableSecrets: [] }],
    ['from.missing', { settings: settings({ from: { address: null } }) }],
    ['from.placeholder', { settings: settings({ from: { address: 'no-reply@example.com' } }) }],
    ['settings.broken', { faults: [{ path: 'smtp.port', rule: 'too big' }] }],
    ['engine.disabled', { settings: settings({ engine: 'disabled' }) }],
    ['engine.invalid', verdict({ valid: false, reason: '535 wrong password' })],
    ['ses.warning', { settings: settings({ engine: 'ses' }), ...sesWarning() }],
    ['engine.paused', { standing: { smtp: { pauses: 1, pausedUntil: now + 1, reason: '535' } } }],
    ['sendgrid.key-missing', sendgrid({ secrets: {} })],
    ['resend.key-missing', { settings: settings({ engine: 'resend' }) }],
    ['postmark.key-missing', { settings: settings({ engine: 'postmark' }) }],
    ['mailgun.key-missing', { settings: settings({ engine: 'mailgun' }) }],
    ['mailgun.domain-missing', { settings: settings({ engine: 'mailgun' }) }],
    ['sendgrid.sandbox', sendgrid({ sendgrid: { sandbox: true } })],
    ['delivery.impatient', { settings: settings({ delivery: { giveUpAfterHours: 0.1 } }) }],
    ['delivery.slow', { settings: settings({ delivery: { ratePerSecond: 0.01 } }) }],
    ['safety.nobody', { settings: settings({ safety: { allow: [] } }) }],
    ['safety.drop', { settings: settings({ safety: { allow: ['@own.org'], otherwise: 'drop' } }) }],
    ['noop.discard', { settings: settings({ engine: 'noop', noop: { mode: 'discard' } }) }],
    ['queue.dead-letters', { queue: { ...emptyQueue, deadLetters: 3 } }],
    ['queue.held', { queue: { ...emptyQueue, held: 3 } }],
    ['host.space', { host: { kind: 'machine', freeBytes: 1_000_000 } }],
    ['dns.spf', { dns: { ...goodDns, txt: [] } }],
    ['dns.spf-twice', { dns: { ...goodDns, txt: ['v=spf1 -all', 'v=spf1 mx -all'] } }],
    ['dns.spf-open', { dns: { ...goodDns, txt: ['v=spf1 +all'] } }],
    ['dns.dmarc', { dns: { ...goodDns, dmarc: [] } }],
    ['dns.dkim', { dns: { ...goodDns, dkim: ['v=DKIM1; p='] } }],
  ]

  it.each(misconfigured)('finds %s', (code, seeded) => {
    const found = examine(facts(seeded))
    expect(found.map((finding) => finding.code)).toContain(code)
    for (const { problem, cure } of found) {
      expect(problem).not.toBe('')
      expect(cure).not.toBe('')
    }
  })

  it('finds a clock that differs from another by more than a minute', () => {
    expect(examineClock(-61)).toMatchObject([{ code: 'host.clock' }])
    expect(examineClock(60)).toEqual([])
  })

  it('names each kind of problem that it knows in the list above', () => {
    expect(new Set(misconfigured.map(([code]) => code)).size).toBeGreaterThanOrEqual(20)
  })
})

function facts(change: Partial<Facts> = {}): Facts {
  return {
    settings: settings({}),
    faults: [],
    readableSecrets: ['smtp.password', 'sendgrid.apiKey'],
    verdicts: { smtp: { valid: true } },
    standing: {},
    queue: emptyQueue,
    senders: [],
    now,
    host: { kind: 'machine', freeBytes: 50e9 },
    dns: goodDns,
    ...change,
  }
}

function settings(change: SavedSettings): Settings {
  const resolved = resolveSettings({ defaults: {}, saved: { ...good, ...change }, locks: {} })
  if ('faults' in resolved) throw new Error(JSON.stringify(resolved.faults))
  return resolved.settings
}

function smtp(change: object): Partial<Facts> {
  return { settings: settings({ smtp: { ...goodSmtp, ca: pem, ...change } }) }
}

function sendgrid(change: SavedSettings): Partial<Facts> {
  return { settings: settings({ engine: 'sendgrid', ...change }) }
}

function verdict(smtp: { valid: false; reason: string }): Partial<Facts> {
  return { verdicts: { smtp } }
}

function sesWarning(): Partial<Facts> {
  return { verdicts: { ses: { valid: true, warnings: ['the account is in the sandbox'] } } }
}
