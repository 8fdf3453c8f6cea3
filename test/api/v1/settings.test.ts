import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../../../bench/free-port.ts'
import { holding, openApi, text } from '../open-api.ts'
import { put, save } from './saved-settings.ts'

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
    const smtp = { host: '127.0.0.1', port: await freePort(), security: 'none' }
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
