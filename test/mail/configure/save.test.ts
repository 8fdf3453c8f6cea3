import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Verdict } from '../../../mail/email/outcome.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import type { Settings } from '../../../mail/settings/settings.ts'
import { saveSettings, type SettingsChange } from '../../../mail/configure/save.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import {
  openPostern,
  scriptedEngine,
  type TestOptions,
  type TestPostern,
} from '../../open-postern.ts'

const smtp = { host: 'mail.own.test', port: 587, username: 'me', security: 'starttls' }

let test: TestPostern
let verdict: Verdict
afterEach(() => test.close())

describe('saving settings', () => {
  it('puts them in force at once, with what the engines said of them', async () => {
    await open()
    const saved = await save({ engine: 'smtp', smtp }, { 'smtp.password': 'one' })
    if (saved.kind !== 'saved') throw new Error(saved.kind)
    expect(saved.inForce.settings).toMatchObject({ engine: 'smtp', smtp })
    expect(saved.inForce.settings.secrets).toEqual({ 'smtp.password': 1 })
    expect(await test.postern.standing.readVerdict()).toEqual({
      about: test.postern.inForce.seal(saved.inForce.version),
      at: test.clock.now(),
      engines: { smtp: { valid: true } },
    })
    expect(await password()).toBe('one')
  })

  it('makes the key of bounce addresses when these are wanted, and keeps it', async () => {
    await open()
    const feedback = { bounceDomain: 'bounces.own.test' }
    const saved = await save({ feedback })
    if (saved.kind !== 'saved') throw new Error(saved.kind)
    const pins = saved.inForce.settings.secrets
    expect(pins).toEqual({ 'feedback.key': 1 })
    const { 'feedback.key': key } = await test.postern.settings.readSecrets(pins)
    expect(key).toMatch(/^[\w-]{43}$/)
    const again = await save({ feedback: { ...feedback, ownEnvelopeSenders: 'replace' } })
    expect(again).toMatchObject({ inForce: { settings: { secrets: { 'feedback.key': 1 } } } })
  })

  it('tells which sender domains came and went, to those who see all projects', async () => {
    await open()
    await save({ senderDomains: ['own.test', 'old.test'] })
    await save({ senderDomains: ['own.test', 'new.test'] })
    await save({ senderDomains: ['own.test', 'new.test'], replyTo: 'a@own.test' })
    const { data } = await test.postern.events.list({ scope: '*', limit: 9 })
    const told = data.map(({ type, domain }) => `${type} ${domain!.name}`).sort()
    expect(told).toEqual([
      'domain.created new.test',
      'domain.created old.test',
      'domain.created own.test',
      'domain.deleted old.test',
    ])
    expect((await test.postern.events.list({ scope: 'default', limit: 9 })).data).toEqual([])
  })

  it('is refused when an engine would not take mail, unless it is forced', async () => {
    await open()
    verdict = { valid: false, reason: '535 wrong password' }
    const before = files()
    const wanted = [{ engine: 'smtp', smtp }, { 'smtp.password': 'one' }] as const
    expect(await save(...wanted)).toEqual({
      kind: 'unverified',
      engine: 'smtp',
      reason: '535 wrong password',
    })
    expect(files()).toEqual(before)
    expect(await save(...wanted, { force: true })).toMatchObject({ kind: 'saved' })
  })

  it('is refused in words when they take more room than there is, and nothing is kept', async () => {
    await open()
    const before = files()
    const { bytes } = test.postern.settings.limits
    const headers = { 'X-Long': 'x'.repeat(900) }
    Object.assign(test.postern.settings, { limits: { bytes: 900 } })
    expect(await save({ headers }, { 'smtp.password': 'one' })).toEqual({
      kind: 'invalid',
      faults: [
        {
          path: '(document)',
          rule: expect.stringMatching(/take 9\d\d bytes; 900 can be kept/) as string,
        },
      ],
    })
    expect(files()).toEqual(before)
    Object.assign(test.postern.settings, { limits: { bytes } })
    expect(await save({ headers })).toMatchObject({ kind: 'saved' })
  })

  it('to switch mail off needs no engine to agree', async () => {
    await open()
    expect(await save({ engine: 'disabled' })).toMatchObject({ kind: 'saved' })
  })

  it('is refused when someone else saved in the meantime', async () => {
    await open()
    const { version } = await test.postern.settings.read()
    await test.configure({ engine: 'smtp' })
    const before = files()
    const saved = await save({ engine: 'noop' }, { 'smtp.password': 'two' }, { version })
    expect(saved).toEqual({
      kind: 'conflict',
      version: (await test.postern.settings.read()).version,
    })
    expect(files()).toEqual(before)
  })

  it('is refused when someone else saves while the engines are asked', async () => {
    await open()
    test.postern.fleet.verify = async () => {
      await test.configure({ keepContentDays: 3 })
      return { smtp: { valid: true } }
    }
    const saved = await save({ engine: 'smtp' }, { 'smtp.password': 'two' })
    expect(saved.kind).toBe('conflict')
    expect((await test.postern.inForce.refresh()).settings.keepContentDays).toBe(3)
    expect(existsSync(join(test.directory, 'secrets.json'))).toBe(false)
  })

  it.each<[string, SavedSettings, Record<string, string>, string[]]>([
    ['unknown keys', { engin: 1, smtp: { hots: 1 } }, {}, ['smtp.hots', 'engin']],
    ['values out of range', { smtp: { port: 0 } }, {}, ['smtp.port']],
    ['an unknown secret', {}, { 'smtp.user': 'x' }, ['secrets.smtp.user']],
    ['an empty secret', {}, { 'smtp.password': '' }, ['secrets.smtp.password']],
    [
      'a secret that is too long',
      {},
      { 'smtp.password': 'x'.repeat(4_097) },
      ['secrets.smtp.password'],
    ],
    ['a secret of a prototype', {}, JSON.parse('{"__proto__":"x"}'), ['secrets.__proto__']],
    ['everything at once', { replyTo: 'x' }, { toString: 'x' }, ['replyTo', 'secrets.toString']],
  ])('with %s names them all and writes nothing', async (_, settings, secrets, paths) => {
    await open()
    const before = files()
    const saved = await save(settings, { 'sendgrid.apiKey': 'good', ...secrets }, { force: true })
    if (saved.kind !== 'invalid') throw new Error(saved.kind)
    expect(saved.faults.map(({ path }) => path)).toEqual(paths)
    expect(files()).toEqual(before)
  })

  it('never says which version of a secret is active', async () => {
    await open()
    await save({ engine: 'smtp', smtp }, { 'smtp.password': 'one' })
    await save({ engine: 'smtp', smtp }, { 'smtp.password': 'two' })
    const secrets = { 'smtp.password': 1, 'sendgrid.apiKey': 9 }
    expect(await save({ engine: 'smtp', smtp, secrets })).toMatchObject({ kind: 'saved' })
    expect(await password()).toBe('two')
    expect((await test.postern.inForce.current()).settings.secrets).toEqual({ 'smtp.password': 2 })
  })
})

describe('a locked setting', () => {
  const locks = { engine: 'noop', smtp: { host: 'a.test' }, safety: { allow: ['@a.test'] } }

  it.each<[SavedSettings, string[]]>([
    [{ engine: 'smtp' }, ['engine']],
    [{ smtp: { host: 'b.test', port: 25 } }, ['smtp.host']],
    [{ smtp: null }, ['smtp']],
    [{ safety: { allow: ['@a.test', '@b.test'] } }, ['safety.allow']],
    [{ safety: { allow: null } }, ['safety.allow']],
    [{ engine: ['smtp'], smtp: { host: '' } }, ['engine', 'smtp.host']],
  ])('is not changed by saving %j', async (settings, paths) => {
    await open({ locks })
    const saved = await save(settings)
    if (saved.kind !== 'invalid') throw new Error(saved.kind)
    expect(saved.faults.map(({ path }) => path).sort()).toEqual(paths.sort())
    expect(saved.faults.some(({ rule }) => rule.startsWith('locked to '))).toBe(true)
  })

  it('may be repeated, and other values may change with it', async () => {
    await open({ locks })
    const settings = { ...locks, smtp: { host: 'a.test', port: 25 } }
    expect(await save(settings)).toMatchObject({
      kind: 'saved',
      inForce: { settings: { engine: 'noop', smtp: { host: 'a.test', port: 25 } } },
    })
  })
})

const oauth2 = {
  auth: 'oauth2',
  oauth2: { clientId: 'client', tokenEndpoint: 'https://own.test/token', tenant: 'own.test' },
}
const tokenSecrets = { 'smtp.oauth2.refreshToken': 'r', 'smtp.oauth2.clientSecret': 'c' }

describe('stored secrets for access tokens', () => {
  it.each<[string, object, object]>([
    ['host', { host: 'evil.test' }, {}],
    ['verifyCertificate', { verifyCertificate: false }, {}],
    ['oauth2.tokenEndpoint', {}, { tokenEndpoint: 'https://evil.test/token' }],
    ['oauth2.tenant', {}, { tenant: 'evil.test' }],
  ])('are asked for again before another %s gets them', async (key, change, below) => {
    await open()
    const stored = { ...smtp, ...oauth2 }
    await save({ engine: 'smtp', smtp: stored }, tokenSecrets)
    const settings = {
      engine: 'smtp',
      smtp: { ...stored, ...change, oauth2: { ...oauth2.oauth2, ...below } },
    }
    const path = `smtp.${key}`
    const rule = (name: string) => `changing this needs the secret smtp.oauth2.${name} again`
    const [refreshToken, clientSecret] = Object.keys(tokenSecrets).map((name) => ({
      path,
      rule: rule(name.split('.').at(-1)!),
    }))
    const refused = await save(settings, {}, { force: true })
    if (refused.kind !== 'invalid') throw new Error(refused.kind)
    expect(refused.faults).toHaveLength(2)
    expect(refused.faults).toEqual(expect.arrayContaining([refreshToken, clientSecret]))
    const one = { 'smtp.oauth2.refreshToken': 'r2' }
    expect(await save(settings, one)).toEqual({ kind: 'invalid', faults: [clientSecret] })
    expect(await save(settings, tokenSecrets)).toMatchObject({ kind: 'saved' })
  })
})

describe('the stored login of the mailbox', () => {
  const imap = { host: 'imap.own.test', username: 'me', ca: 'CA' }

  it.each<[string, object]>([
    ['host', { host: 'evil.test' }],
    ['port', { port: 144 }],
    ['username', { username: 'you' }],
    ['security', { security: 'none' }],
    ['verifyCertificate', { verifyCertificate: false }],
    ['ca', { ca: 'Evil CA' }],
  ])('is asked for again before another %s gets its password', async (key, change) => {
    await open()
    await save({ feedback: { imap } }, { 'feedback.imap.password': 'one' })
    const settings = { feedback: { imap: { ...imap, ...change } } }
    const rule = 'changing this needs the secret feedback.imap.password again'
    const faults = [{ path: `feedback.imap.${key}`, rule }]
    expect(await save(settings)).toEqual({ kind: 'invalid', faults })
    expect(await save(settings, { 'feedback.imap.password': 'two' })).toMatchObject({
      kind: 'saved',
    })
  })

  it('is asked for again before a mailbox gets the tokens of SMTP', async () => {
    await open()
    const withTokens = { smtp: { ...smtp, ...oauth2 } }
    await save({ ...withTokens, feedback: { imap } }, tokenSecrets)
    const settings = { ...withTokens, feedback: { imap: { ...imap, auth: 'oauth2' } } }
    const rule = (name: string) => `changing this needs the secret smtp.oauth2.${name} again`
    expect(await save(settings)).toEqual({
      kind: 'invalid',
      faults: ['refreshToken', 'clientSecret'].map((name) => ({
        path: 'feedback.imap.auth',
        rule: rule(name),
      })),
    })
    expect(await save(settings, tokenSecrets)).toMatchObject({ kind: 'saved' })
  })
})

describe('a stored password', () => {
  const stored = { engine: 'smtp', smtp: { ...smtp, ca: 'CA' } }

  it.each<[string, object]>([
    ['host', { host: 'evil.test' }],
    ['port', { port: 2525 }],
    ['username', { username: 'you' }],
    ['security', { security: 'opportunistic' }],
    ['security', { security: 'none' }],
    ['verifyCertificate', { verifyCertificate: false }],
    ['ca', { ca: 'Evil CA' }],
  ])('is asked for again before another %s gets it: %j', async (key, change) => {
    await open()
    await save(stored, { 'smtp.password': 'one' })
    const before = files()
    const asked: string[] = []
    test = { ...test, postern: { ...test.postern, fleet: { ...test.postern.fleet, verify } } }
    async function verify({ smtp }: Settings) {
      asked.push(smtp.host)
      return { smtp: { valid: true } as const }
    }
    const settings = { ...stored, smtp: { ...stored.smtp, ...change } }
    expect(await save(settings)).toEqual({
      kind: 'invalid',
      faults: [{ path: `smtp.${key}`, rule: 'changing this needs the secret smtp.password again' }],
    })
    expect(await save(settings, {}, { force: true })).toMatchObject({ kind: 'invalid' })
    expect(await save(settings, { 'sendgrid.apiKey': 'x' })).toMatchObject({ kind: 'invalid' })
    expect(asked).toEqual([])
    expect(files()).toEqual(before)
    expect(await save(settings, { 'smtp.password': 'two' })).toMatchObject({ kind: 'saved' })
    expect(asked).toHaveLength(1)
    expect(await password()).toBe('two')
  })

  it('is asked for again before the server of a preset gets it', async () => {
    await open()
    await save(stored, { 'smtp.password': 'one' })
    const settings = { engine: 'smtp', smtp: { preset: 'gmail', username: smtp.username } }
    const saved = await save(settings, {}, { force: true })
    if (saved.kind !== 'invalid') throw new Error(saved.kind)
    expect(saved.faults.map(({ path }) => path)).toEqual(['smtp.host', 'smtp.preset'])
    expect(await save(settings, { 'smtp.password': 'two' })).toMatchObject({ kind: 'saved' })
  })

  it.each<[string, object]>([
    ['stronger TLS', { security: 'tls' }],
    ['no private CA any more', { ca: null }],
    ['another name in EHLO', { heloName: 'own.test' }],
    ['nothing new', {}],
  ])('is not asked for again for %s', async (_, change) => {
    await open()
    await save(stored, { 'smtp.password': 'one' })
    const settings = { ...stored, smtp: { ...stored.smtp, ...change } }
    expect(await save(settings)).toMatchObject({ kind: 'saved' })
    expect(await password()).toBe('one')
  })

  it('that is not in use is forgotten where it would go elsewhere', async () => {
    await open()
    await save(stored, { 'smtp.password': 'one' })
    const tokens = { ...stored.smtp, ...oauth2 }
    await save({ ...stored, smtp: tokens }, tokenSecrets)
    const elsewhere = { ...stored, smtp: { ...tokens, host: 'evil.test' } }
    expect(await save(elsewhere, tokenSecrets)).toMatchObject({ kind: 'saved' })
    await save({ ...stored, smtp: { ...stored.smtp, host: 'evil.test' } })
    expect(await password()).toBeUndefined()
  })

  it('that does not exist is never asked for', async () => {
    await open()
    expect(await save({ engine: 'smtp', smtp: { host: 'a.test' } })).toMatchObject({
      kind: 'saved',
    })
    expect(await save({ engine: 'smtp', smtp: { host: 'b.test' } })).toMatchObject({
      kind: 'saved',
    })
  })

  it('is asked for when the host goes away and comes back as another', async () => {
    await open()
    await save(stored, { 'smtp.password': 'one' })
    expect(await save({ engine: 'noop' })).toMatchObject({ kind: 'invalid' })
    expect(await save({ engine: 'noop', smtp: stored.smtp })).toMatchObject({ kind: 'saved' })
  })
})

describe('repairing a broken document', () => {
  const document = { engine: 'smtp', smtp, secrets: { 'smtp.password': 1, 'sendgrid.apiKey': 2 } }

  it('that was good before keeps the secrets, and asks as usual', async () => {
    await open()
    await save({ engine: 'smtp', smtp }, { 'smtp.password': 'one' })
    writeDocument({ ...document, engine: 'fax' })
    const moved = { engine: 'smtp', smtp: { ...smtp, host: 'evil.test' } }
    expect(await save(moved)).toMatchObject({ kind: 'invalid', faults: [{ path: 'smtp.host' }] })
    expect(await save({ engine: 'smtp', smtp })).toMatchObject({
      kind: 'saved',
      inForce: { faults: [], settings: { secrets: { 'smtp.password': 1 } } },
    })
    expect(await password()).toBe('one')
  })

  it('that was broken from the start keeps the secrets that it names', async () => {
    await open()
    await save({ engine: 'smtp', smtp }, { 'smtp.password': 'one' })
    reopenWith({ ...document, engine: 'fax' })
    expect((await test.postern.inForce.current()).settings.engine).toBe('disabled')
    const moved = { engine: 'smtp', smtp: { ...smtp, host: 'evil.test' } }
    expect(await save(moved)).toMatchObject({ kind: 'invalid', faults: [{ path: 'smtp.host' }] })
    expect(await save({ engine: 'smtp', smtp })).toMatchObject({
      kind: 'saved',
      inForce: { faults: [], settings: { secrets: document.secrets } },
    })
  })

  it('whose server cannot be read any more asks for the password, but not for other secrets', async () => {
    await open()
    reopenWith({ ...document, smtp: { ...smtp, port: 'x' } })
    const saved = await save({ engine: 'smtp', smtp })
    expect(saved).toMatchObject({ kind: 'invalid' })
    expect(await save({ engine: 'smtp', smtp }, { 'smtp.password': 'one' })).toMatchObject({
      kind: 'saved',
      inForce: { settings: { secrets: { 'smtp.password': 2, 'sendgrid.apiKey': 2 } } },
    })
  })

  it('that is not even JSON needs its version too', async () => {
    await open()
    reopenWith('{"engine":')
    const { version } = await test.postern.settings.read()
    expect(await save({ engine: 'noop' }, {}, { version: 'none' })).toEqual({
      kind: 'conflict',
      version,
    })
    expect(await save({ engine: 'noop' })).toMatchObject({ kind: 'saved', inForce: { faults: [] } })
  })
})

async function open(options: TestOptions = {}) {
  verdict = { valid: true }
  const { engine } = scriptedEngine('smtp', () => ({ kind: 'sent' }))
  const asked = { ...engine, verify: async () => verdict }
  test = await openPostern({ engines: { smtp: asked }, ...options })
}

async function save(
  settings: SavedSettings,
  secrets: Record<string, string> = {},
  rest: Partial<SettingsChange> = {},
) {
  const { version } = await test.postern.settings.read()
  return saveSettings(test.postern, { settings, secrets, version, ...rest })
}

/** Another process on the same document, of which no good version was ever seen. */
function reopenWith(document: unknown) {
  writeDocument(document)
  const { backend, clock, postern } = test
  const inForce = settingsInForce({ store: backend.settings, clock })
  test = { ...test, postern: { ...postern, inForce } }
}

function writeDocument(document: unknown) {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  writeFileSync(join(test.directory, 'settings.json'), text)
}

/** Everything that saving could have touched. */
function files() {
  return ['settings.json', 'secrets.json'].map((name) => {
    const file = join(test.directory, name)
    return existsSync(file) && readFileSync(file, 'utf8')
  })
}

async function password() {
  const { settings } = await test.postern.inForce.current()
  return (await test.postern.settings.readSecrets(settings.secrets))['smtp.password']
}
