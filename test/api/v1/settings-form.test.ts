import { describe, expect, it } from 'vitest'
import { engineNames } from '../../../mail/email/engine-name.ts'
import type { SettingsSchema } from '../../../api/openapi/answers.ts'
import { holding, openApi, said, text, type OpenApi } from '../open-api.ts'

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
      { name: 'feedback.key', engine: null },
      { name: 'feedback.imap.password', engine: null },
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
