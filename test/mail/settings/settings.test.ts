import { emailStates, isSettled } from '../../../mail/email/states.ts'
import { describe, expect, it } from 'vitest'
import { overlay, type SavedSettings } from '../../../mail/settings/layers.ts'
import { enginesOf, resolveSettings, settingsSchema } from '../../../mail/settings/settings.ts'
import { settingsOf } from '../compose/composing.ts'

function faults(saved: unknown, locks: SavedSettings = {}) {
  const resolved = resolveSettings({ defaults: {}, saved: saved as SavedSettings, locks })
  return 'faults' in resolved ? resolved.faults : []
}

describe('the settings', () => {
  it('are these where none were set', () => {
    expect(settingsOf()).toEqual({
      engine: 'noop',
      senderDomains: null,
      projects: {},
      attachments: { fetchUrls: false },
      limits: { requestsPerSecond: 10_000 },
      from: { address: null, name: null },
      fromPolicy: 'caller',
      localDomain: null,
      replyTo: null,
      headers: {},
      keepContentDays: 0,
      noop: { mode: 'capture' },
      practice: { rules: [] },
      smtp: {
        preset: null,
        host: '',
        port: 587,
        security: 'starttls',
        username: null,
        auth: 'password',
        oauth2: {
          grant: 'refreshToken',
          tokenEndpoint: null,
          tenant: null,
          clientId: null,
          scope: null,
        },
        verifyCertificate: true,
        ca: null,
        heloName: null,
      },
      feedback: {
        bounceDomain: null,
        events: 'notable',
        ownEnvelopeSenders: 'keep',
        sendgrid: { publicKey: null },
        imap: {
          host: '',
          port: 993,
          security: 'tls',
          verifyCertificate: true,
          ca: null,
          username: null,
          auth: 'password',
          scope: null,
          folder: 'INBOX',
          moveTo: null,
        },
      },
      dkim: { domain: null, selector: null },
      sendgrid: { region: 'global', sandbox: false },
      postmark: { messageStream: null },
      mailgun: { domain: null, region: 'us' },
      ses: { configurationSet: null, region: null, identityArn: null, tenant: null },
      delivery: { ratePerSecond: null, giveUpAfterHours: 24, onAmbiguous: 'retry' },
      safety: { allow: null, otherwise: 'capture', redirectTo: null },
      secrets: {},
      streams: { usual: null, share: { transactional: 4, bulk: 1 }, paused: [] },
      guardian: {
        windowHours: 72,
        leastRecipients: 500,
        bounces: { warnPercent: 2, holdPercent: 4 },
        complaints: { warnPercent: 0.05, holdPercent: 0.08 },
      },
      unsubscribe: { baseUrl: null, lists: {} },
      retention: {
        emailDays: null,
        captureDays: null,
        eventDays: 30,
        auditDays: 366,
        states: Object.fromEntries(
          emailStates.filter(isSettled).map((state) => [state, null]),
        ) as ReturnType<typeof settingsOf>['retention']['states'],
      },
    })
  })

  it('yield from layer to layer, key by key, and lists as a whole', () => {
    const resolved = resolveSettings({
      defaults: {
        engine: 'smtp',
        smtp: { host: 'a.test', port: 25 },
        safety: { allow: ['@a.test'] },
      },
      saved: { smtp: { host: 'b.test', username: 'u' }, safety: { allow: ['@b.test', '@c.test'] } },
      locks: { engine: ['ses', 'smtp'], smtp: { username: 'locked' } },
    })
    expect(resolved).toMatchObject({
      settings: {
        engine: ['ses', 'smtp'],
        smtp: { host: 'b.test', port: 25, username: 'locked' },
        safety: { allow: ['@b.test', '@c.test'] },
      },
    })
  })

  it('may name several engines that send, in order', () => {
    expect(enginesOf(settingsOf({ engine: ['ses', 'smtp'] }))).toEqual(['ses', 'smtp'])
    expect(enginesOf(settingsOf({ engine: 'smtp' }))).toEqual(['smtp'])
    for (const engine of [[], ['smtp', 'smtp'], ['smtp', 'noop'], ['disabled'], ['fax'], 'fax'])
      expect(faults({ engine })[0]).toMatchObject({
        path: expect.stringMatching(/^engine/) as string,
      })
    expect(faults({ engine: 'sendgird' })).toEqual([
      { path: 'engine', rule: expect.stringMatching(/^one of disabled, .*sendgrid/) as string },
    ])
  })

  it.each<[unknown, string]>([
    [{ engin: 'smtp' }, 'engin'],
    [{ smtp: { hots: 'a' } }, 'smtp.hots'],
    [{ smtp: { port: '587' } }, 'smtp.port'],
    [{ smtp: { port: 0 } }, 'smtp.port'],
    [{ smtp: { port: 65_536 } }, 'smtp.port'],
    [{ smtp: { port: 25.5 } }, 'smtp.port'],
    [{ smtp: { host: 'a b' } }, 'smtp.host'],
    [{ smtp: { host: 'a\r\nb' } }, 'smtp.host'],
    [{ smtp: { host: 'a.test\n' } }, 'smtp.host'],
    [{ smtp: { heloName: '' } }, 'smtp.heloName'],
    [{ smtp: { username: 'a\nb' } }, 'smtp.username'],
    [{ smtp: { security: 'ssl' } }, 'smtp.security'],
    [{ smtp: null }, 'smtp'],
    [{ smtp: [] }, 'smtp'],
    [{ from: { address: 'nobody' } }, 'from.address'],
    [{ from: { address: 'a@b.cd, c@d.ef' } }, 'from.address'],
    [{ from: { name: 'a\r\nb' } }, 'from.name'],
    [{ from: 'a@b.cd' }, 'from'],
    [{ replyTo: 'x' }, 'replyTo'],
    [{ headers: { Bcc: 'a@b.cd' } }, 'headers.Bcc'],
    [{ headers: { 'X-A': 'a\nb' } }, 'headers.X-A'],
    [{ keepContentDays: -1 }, 'keepContentDays'],
    [{ noop: { mode: 'send' } }, 'noop.mode'],
    [{ practice: { rules: [{ then: 'explode' }] } }, 'practice.rules.0.then'],
    [{ practice: { rules: [{ then: 'defer', to: 'x' }] } }, 'practice.rules.0.to'],
    [{ practice: { rules: [{ then: 'defer', chance: 2 }] } }, 'practice.rules.0.chance'],
    [{ ses: { configurationSet: 'a b' } }, 'ses.configurationSet'],
    [{ ses: { region: 'Frankfurt' } }, 'ses.region'],
    [{ ses: { identityArn: 'example.com' } }, 'ses.identityArn'],
    [{ ses: { tenant: 'a b' } }, 'ses.tenant'],
    [{ delivery: { giveUpAfterHours: 73 } }, 'delivery.giveUpAfterHours'],
    [{ delivery: { giveUpAfterHours: 0 } }, 'delivery.giveUpAfterHours'],
    [{ delivery: { ratePerSecond: 0 } }, 'delivery.ratePerSecond'],
    [{ delivery: { onAmbiguous: 'panic' } }, 'delivery.onAmbiguous'],
    [{ safety: { allow: '@a.test' } }, 'safety.allow'],
    [{ safety: { allow: ['nobody'] } }, 'safety.allow.0'],
    [{ safety: { allow: ['@*.*.test'] } }, 'safety.allow.0'],
    [{ safety: { otherwise: 'redirect' } }, 'safety.redirectTo'],
    [{ fromPolicy: 'default' }, 'from.address'],
    [{ fromPolicy: 'onBehalf' }, 'from.address'],
    [{ secrets: { 'smtp.password': 'hunter2' } }, 'secrets.smtp.password'],
    [{ secrets: { 'smtp.password': 0 } }, 'secrets.smtp.password'],
    [JSON.parse('{"__proto__":{"engine":"smtp"}}'), '__proto__'],
    [JSON.parse('{"smtp":{"__proto__":{"host":"evil.test"}}}'), 'smtp.__proto__'],
    [JSON.parse('{"constructor":{"prototype":{"engine":"smtp"}}}'), 'constructor'],
  ])('refuse %j by the path of the key', (saved, path) => {
    const found = faults(saved)
    expect(found.map((fault) => fault.path)).toEqual([path])
    expect(found[0]!.rule).not.toBe('')
  })

  it('say every fault at once', () => {
    const found = faults({ engin: 1, smtp: { port: 'x', hots: 1 }, replyTo: 'x' })
    expect(found.map(({ path }) => path).sort()).toEqual([
      'engin',
      'replyTo',
      'smtp.hots',
      'smtp.port',
    ])
  })

  it('are in no way changed by a lock that repeats them', () => {
    const saved = { engine: 'smtp', smtp: { host: 'a.test' } }
    expect(resolveSettings({ defaults: {}, saved, locks: saved })).toEqual({
      settings: settingsOf(saved),
    })
  })

  it('take addresses and domains of safety.allow in every form', () => {
    const allow = ['bob@there.test', '@there.test', '@*.there.test', '@bücher.example']
    expect(faults({ safety: { allow } })).toEqual([])
    expect(settingsOf({ safety: { allow: [] } }).safety.allow).toEqual([])
  })
})

describe('laying one document over another', () => {
  it('changes neither of them, nor any other object', () => {
    const lower = { smtp: { host: 'a.test' } }
    const upper = JSON.parse('{"smtp":{"port":25},"__proto__":{"polluted":true}}') as SavedSettings
    const result = overlay(lower, upper)
    expect(lower).toEqual({ smtp: { host: 'a.test' } })
    expect(result['smtp']).toEqual({ host: 'a.test', port: 25 })
    expect(result['polluted']).toBeUndefined()
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

it('every setting that a person may set says what it is for', () => {
  const undescribed = Object.entries(settingsSchema.shape).flatMap(([key, schema]) =>
    undescribedIn(key, schema),
  )
  expect(undescribed).toEqual([])
})

function undescribedIn(path: string, schema: { description?: string }): string[] {
  const fields = innerShapeOf(schema)
  if (!fields) return schema.description ? [] : [path]
  return Object.entries(fields).flatMap(([key, field]) => undescribedIn(`${path}.${key}`, field))
}

function innerShapeOf(schema: unknown): Record<string, { description?: string }> | undefined {
  const inner = (schema as { _zod: { def: { innerType?: unknown } } })._zod.def.innerType
  const shape = (schema as { shape?: Record<string, { description?: string }> }).shape
  return shape ?? (inner ? innerShapeOf(inner) : undefined)
}
