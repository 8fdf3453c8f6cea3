import { describe, expect, it, onTestFinished } from 'vitest'
import { startSmtpServer } from '../../remote/smtp-server.ts'
import { freePort } from '../../../bench/free-port.ts'
import { holding, openApi, said, text, type OpenApi } from '../open-api.ts'
import { save } from './saved-settings.ts'

describe('POST /v1/settings/verify', () => {
  it('asks the engine and remembers what it said', async () => {
    const api = openApi()
    const smtp = { host: '127.0.0.1', port: await freePort(), security: 'none' }
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
    const smtp = { host: '127.0.0.1', port: await freePort(), security: 'none', username: 'me' }
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
