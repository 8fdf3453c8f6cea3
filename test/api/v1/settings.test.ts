import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { engineNames } from '../../../mail/email/engine-name.ts'
import { startSmtpServer } from '../../remote/smtp-server.ts'
import type { SettingsSchema } from '../../../api/openapi/answers.ts'
import { holding, openApi, said, text, type Json, type OpenApi } from '../open-api.ts'

const put = (api: OpenApi, body: object): Promise<[number, Json]> =>
  said(api.fetch('/v1/settings', { method: 'PUT', body: JSON.stringify(body) }))

/** Asks for what was saved with this on top, against the current version. */
async function save(api: OpenApi, settings: object, rest: object = {}) {
  const { saved, version } = await api.read('/v1/settings')
  return put(api, { settings: { ...(saved as object), ...settings }, version, ...rest })
}

describe('GET /v1/settings', () => {
  it('shows what is in force and where it comes from', async () => {
    const api = openApi({ locks: { delivery: { giveUpAfterHours: 2 } } })
    const view = await api.read('/v1/settings')
    expect(view).toMatchObject({
      settings: { engine: 'noop', from: { address: 'no-reply@acme.test' } },
      saved: {},
      version: text,
      saved_at: null,
      since: '2026-01-01T00:00:00.000Z',
      defaults: { from: { address: 'no-reply@acme.test' } },
      locks: { delivery: { giveUpAfterHours: 2 } },
      secrets: {},
      faults: [],
      verdict: null,
    })
  })
})

describe('PUT /v1/settings', () => {
  it('saves, at once in force, and never shows a secret again', async () => {
    const api = openApi()
    const smtp = { host: 'mail.acme.test', username: 'me' }
    const secrets = { 'smtp.password': 'hush-hush' }
    const [status, view] = await save(api, { engine: 'smtp', smtp }, { secrets, force: true })
    expect([status, view]).toEqual([
      200,
      expect.objectContaining({
        settings: expect.objectContaining({ engine: 'smtp' }) as unknown,
        secrets: { 'smtp.password': 1 },
        saved_at: text,
      }),
    ])
    const all = [view, await api.read('/v1/settings'), await api.read('/v1/health'), api.logged]
    expect(JSON.stringify(all)).not.toContain('hush-hush')
    expect(await api.postern.settings.readSecrets({ 'smtp.password': 1 })).toEqual(secrets)
  })

  it('refuses to overwrite what someone else saved, and says what is current', async () => {
    const api = openApi()
    const { version } = await api.read('/v1/settings')
    await save(api, { keepContentDays: 1 })
    const [status, { error }] = await put(api, { settings: { keepContentDays: 2 }, version })
    const now = await api.read('/v1/settings')
    expect([status, error]).toEqual([
      409,
      { code: 'conflict', message: text, version: now.version },
    ])
    expect(now['settings']).toMatchObject({ keepContentDays: 1 })
  })

  it.each([
    [{ engine: 'carrier pigeon' }, ['engine']],
    [{ keepContentDays: -1, from: { address: 'x' } }, ['from.address', 'keepContentDays']],
    [{ nosuch: 1 }, ['nosuch']],
    [{ delivery: { giveUpAfterHours: 3 } }, ['delivery.giveUpAfterHours']],
  ])('refuses %j with every path', async (settings, paths) => {
    const api = openApi({ locks: { delivery: { giveUpAfterHours: 2 } } })
    const [status, { error }] = await save(api, settings)
    const errors = error.errors as { path: string; rule: string }[]
    expect([status, error.code]).toEqual([422, 'validation_error'])
    expect(errors.map(({ path }) => path).sort()).toEqual(paths)
    expect((await api.read('/v1/settings'))['saved']).toEqual({})
  })

  it.each([
    [{}, ['settings', 'version']],
    [{ settings: [], version: 1 }, ['settings', 'version']],
    [{ settings: {}, version: 'x', secrets: { a: 1 }, force: 'yes' }, ['force', 'secrets.a']],
  ])('refuses the body %j', async (body, paths) => {
    const [status, { error }] = await put(openApi(), body)
    const errors = error.errors as { path: string }[]
    expect([status, errors.map(({ path }) => path).sort()]).toEqual([422, paths])
  })

  it('refuses what the engine would not work with, in the words of the engine, unless forced', async () => {
    const api = openApi()
    const smtp = { host: '127.0.0.1', port: await closedPort(), security: 'none' }
    const [status, { error }] = await save(api, { engine: 'smtp', smtp })
    expect([status, error]).toEqual([
      422,
      {
        code: 'validation_error',
        message: holding('force'),
        errors: [{ path: 'engine', rule: text, engine: 'smtp' }],
      },
    ])
    expect((await api.read('/v1/settings'))['saved']).toEqual({})
    expect((await save(api, { engine: 'smtp', smtp }, { force: true }))[0]).toBe(200)
  })

  it('replaces a document that was broken by hand', async () => {
    const api = openApi()
    await save(api, { keepContentDays: 1 })
    writeFileSync(join(api.directory, 'settings.json'), '{"engine": "carrier pigeon"}')
    const broken = await api.read('/v1/settings')
    expect(broken['faults']).toMatchObject([{ path: 'engine' }])
    expect(broken['settings']).toMatchObject({ keepContentDays: 1 })
    const [status, view] = await save(api, { keepContentDays: 3 })
    expect([status, view['faults']]).toEqual([200, []])
    expect(view['settings']).toMatchObject({ keepContentDays: 3, engine: 'noop' })
  })
})

describe('POST /v1/settings/verify', () => {
  it('asks the engine and remembers what it said', async () => {
    const api = openApi()
    const smtp = { host: '127.0.0.1', port: await closedPort(), security: 'none' }
    await save(api, { engine: 'smtp', smtp }, { force: true })
    const [status, verdict] = await said(api.post('/v1/settings/verify'))
    expect([status, verdict]).toEqual([
      200,
      {
        current: true,
        at: '2026-01-01T00:00:00.000Z',
        engines: { smtp: { valid: false, reason: holding('127.0.0.1') } },
      },
    ])
    expect((await api.read('/v1/settings'))['verdict']).toEqual(verdict)
    expect(await api.read('/v1/health')).toMatchObject({
      status: 'degraded',
      mailer: { engine: ['smtp'], valid: false, reason: holding('127.0.0.1') },
    })
  })
})

describe('POST /v1/settings/verify with settings that are not saved', () => {
  const verifyThese = (api: OpenApi, body: object) => said(api.post('/v1/settings/verify', body))

  it('asks their engine and leaves everything as it was', async () => {
    const api = openApi()
    const smtp = { host: '127.0.0.1', port: await closedPort(), security: 'none', username: 'me' }
    const secrets = { 'smtp.password': 'hush-hush' }
    const [status, verdict] = await verifyThese(api, {
      settings: { engine: 'smtp', smtp },
      secrets,
    })
    expect([status, verdict]).toEqual([
      200,
      {
        current: false,
        at: text,
        engines: { smtp: { valid: false, reason: holding('127.0.0.1') } },
      },
    ])
    const after = await api.read('/v1/settings')
    expect(after).toMatchObject({ saved: {}, verdict: null, secrets: {} })
    expect(JSON.stringify([verdict, after, api.logged])).not.toContain('hush-hush')
  })

  it('tries another secret with what is saved', async () => {
    const api = openApi()
    const right = Buffer.from('\0me\0right').toString('base64')
    const auth = ({ line }: { line: string }) => (line.endsWith(right) ? undefined : '535 no')
    const remote = await startSmtpServer({ login: true, auth })
    onTestFinished(() => remote.close())
    const smtp = { host: '127.0.0.1', port: remote.port, security: 'none', username: 'me' }
    const wrong = { 'smtp.password': 'wrong' }
    await save(api, { engine: 'smtp', smtp }, { secrets: wrong, force: true })
    const other = { secrets: { 'smtp.password': 'right' } }
    expect((await verifyThese(api, other))[1]['engines']).toEqual({ smtp: { valid: true } })
    const [, { engines }] = await said(api.post('/v1/settings/verify'))
    expect(engines).toMatchObject({ smtp: { valid: false } })
  })

  it.each([
    ['a locked key', { delivery: { giveUpAfterHours: 3 } }, {}, 'delivery.giveUpAfterHours'],
    ['an unknown key', { nosuch: 1 }, {}, 'nosuch'],
    ['an unknown secret', {}, { nosuch: 'x' }, 'secrets.nosuch'],
    ['a stored secret for another host', { smtp: { host: 'evil.test' } }, {}, 'smtp.host'],
  ])('refuses %s as saving does', async (_, settings, secrets, path) => {
    const api = openApi({ locks: { delivery: { giveUpAfterHours: 2 } } })
    const smtp = { host: 'mail.acme.test' }
    await save(api, { smtp }, { secrets: { 'smtp.password': 'x' }, force: true })
    const [status, { error }] = await verifyThese(api, { settings: { smtp, ...settings }, secrets })
    expect([status, error.errors]).toEqual([422, [{ path, rule: text }]])
  })

  it.each([
    [{ settings: [] }, 'settings'],
    [{ secrets: { a: 1 } }, 'secrets.a'],
  ])('refuses the body %j', async (body, path) => {
    const [status, { error }] = await verifyThese(openApi(), body)
    expect([status, error.errors]).toEqual([422, [{ path, rule: text }]])
  })
})

describe('GET /v1/settings/schema', () => {
  it('has a description and a default at every setting, and what else a form shows', async () => {
    const { schema, secrets, presets, ...rest } = await openApi().read('/v1/settings/schema')
    const engines = rest['engines'] as SettingsSchema['engines']
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      properties: {
        engine: { default: 'noop', description: holding('How email leaves') },
        replyTo: { default: null, description: text },
        smtp: { properties: { port: { default: 587, minimum: 1, maximum: 65_535 } } },
      },
    })
    expect(secrets).toEqual([
      { name: 'smtp.password', engine: 'smtp' },
      { name: 'smtp.oauth2.clientSecret', engine: 'smtp' },
      { name: 'smtp.oauth2.refreshToken', engine: 'smtp' },
      { name: 'smtp.oauth2.privateKey', engine: 'smtp' },
      { name: 'sendgrid.apiKey', engine: 'sendgrid' },
      { name: 'resend.apiKey', engine: 'resend' },
      { name: 'postmark.serverToken', engine: 'postmark' },
      { name: 'mailgun.apiKey', engine: 'mailgun' },
      { name: 'dkim.privateKey', engine: null },
    ])
    expect(engines.map(({ name }) => name).sort()).toEqual([...engineNames].sort())
    expect(engines).toContainEqual({
      name: 'sendmail',
      label: 'sendmail',
      description: text,
      sends: true,
      signs: true,
    })
    const silent = engines.filter(({ sends }) => !sends)
    expect(silent.map(({ name }) => name)).toEqual(['noop', 'disabled'])
    expect(presets).toContainEqual({
      name: 'gmail',
      host: 'smtp.gmail.com',
      port: 587,
      security: 'starttls',
      note: text,
    })
    expect(presets).toContainEqual(
      expect.objectContaining({
        name: 'ses-smtp:<region>',
        host: 'email-smtp.<region>.amazonaws.com',
      }),
    )
  })
})

describe('POST /v1/settings/preview', () => {
  const preview = (api: OpenApi, body: object) => said(api.post('/v1/settings/preview', body))
  const own = { address: 'no-reply@acme.test', name: 'Acme, Inc.' }
  const from = 'Ann <ann@caller.test>'

  it.each([
    ['caller', { From: from }, 'ann@caller.test'],
    ['onBehalf', { From: from, Sender: '"Acme, Inc." <no-reply@acme.test>' }, 'no-reply@acme.test'],
    [
      'default',
      { From: '"Acme, Inc." <no-reply@acme.test>', 'Reply-To': from },
      'no-reply@acme.test',
    ],
  ])('shows what the policy %s makes of an email', async (fromPolicy, headers, envelope) => {
    const [status, shown] = await preview(openApi(), { settings: { from: own, fromPolicy }, from })
    const listed = Object.entries(headers).map(([name, value]) => ({ name, value }))
    expect([status, shown]).toEqual([200, { headers: listed, envelope: { from: envelope } }])
  })

  it('shows what is in force when no settings are given, also for an email without From', async () => {
    const [status, shown] = await preview(openApi(), { replyTo: 'help@acme.test' })
    expect([status, shown['headers']]).toEqual([
      200,
      [
        { name: 'From', value: 'no-reply@acme.test' },
        { name: 'Reply-To', value: 'help@acme.test' },
      ],
    ])
  })

  it('heeds locks, and no fault elsewhere in a form that is half filled in', async () => {
    const api = openApi({ locks: { fromPolicy: 'default' } })
    const settings = { fromPolicy: 'caller', smtp: { port: 'x' }, engine: '' }
    const [status, shown] = await preview(api, { settings, from })
    expect([status, shown['envelope']]).toEqual([200, { from: 'no-reply@acme.test' }])
  })

  it.each([
    [{ from: 'Ann' }, 'from'],
    [{ from, replyTo: ['x'] }, 'replyTo'],
    [{ from, settings: { from: { address: 'x' } } }, 'from.address'],
    [{ settings: { from: { address: null } } }, 'from'],
  ])('refuses %j and says why', async (body, path) => {
    const [status, { error }] = await preview(openApi(), body)
    expect([status, error.errors]).toEqual([422, [{ path, rule: text }]])
  })
})

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
  await new Promise((resolve) => server.close(resolve))
  return port
}
