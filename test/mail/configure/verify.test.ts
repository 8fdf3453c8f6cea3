import { afterEach, describe, expect, it } from 'vitest'
import { health } from '../../../mail/doctor/overview.ts'
import type { Verdict } from '../../../mail/email/outcome.ts'
import type { EngineName } from '../../../mail/email/engine-name.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import { keepVerdict, mailerStanding, verify } from '../../../mail/configure/verify.ts'
import { openPostern, scriptedEngine, type TestPostern } from '../../open-postern.ts'

const machine = { kind: 'machine' } as const

let test: TestPostern
afterEach(() => test.close())

describe('the mailer', () => {
  it('is valid after it was verified for exactly these settings', async () => {
    await open({ engine: 'smtp' })
    expect(await standing()).toEqual({
      engine: ['smtp'],
      valid: false,
      reason: 'not verified since the settings changed',
      trouble: [
        { engine: 'smtp', kind: 'unverified', reason: 'not verified since the settings changed' },
      ],
    })
    expect(await verify(test.postern)).toMatchObject({ engines: { smtp: { valid: true } } })
    expect(await standing()).toEqual({ engine: ['smtp'], valid: true, trouble: [] })
    await test.configure({ engine: 'smtp', keepContentDays: 1 })
    expect(await standing()).toMatchObject({ valid: false })
  })

  it('is not valid in the words of the server that said so', async () => {
    await open({ engine: 'ses' }, { ses: { valid: false, reason: '403 no such key' } })
    await verify(test.postern)
    expect(await standing()).toMatchObject({ valid: false, reason: '403 no such key' })
  })

  it('is valid while one engine of the list works, and says what is wrong with the other', async () => {
    await open({ engine: ['smtp', 'ses'] }, { ses: { valid: false, reason: '403 no such key' } })
    await verify(test.postern)
    expect(await standing()).toMatchObject({ valid: true, reason: '403 no such key' })
  })

  it('that captures needs no verification', async () => {
    await open({ engine: 'noop' })
    expect(await standing()).toEqual({ engine: ['noop'], valid: true, trouble: [] })
  })

  it('that is switched off is not valid, also when it was verified', async () => {
    await open({ engine: 'disabled' })
    await verify(test.postern)
    expect(await standing()).toMatchObject({
      valid: false,
      reason: expect.stringContaining('off') as string,
    })
  })

  it('is not valid for an engine that was not asked', async () => {
    await open({ engine: 'smtp' })
    const { version } = await test.postern.settings.read()
    await keepVerdict(test.postern, version, { ses: { valid: true } })
    expect(await standing()).toMatchObject({ reason: 'the engine smtp was never verified' })
  })

  it('is not valid after a deployment with other locks, though nothing was saved', async () => {
    await open({ engine: 'smtp' })
    await verify(test.postern)
    const { settings: store, clock } = test.postern
    const inForce = settingsInForce({ store, clock, locks: { smtp: { host: 'other.test' } } })
    expect(await mailerStanding({ ...test.postern, inForce })).toMatchObject({
      valid: false,
      reason: 'not verified since the settings changed',
    })
  })

  it('is not valid while every engine is paused, and is while one is not', async () => {
    await open({ engine: ['smtp', 'ses'] })
    await verify(test.postern)
    const until = test.clock.now() + 30_000
    await test.postern.standing.pause('smtp', 0, {
      at: test.clock.now(),
      until,
      reason: '535 wrong password',
    })
    expect(await standing()).toMatchObject({ valid: true })
    await test.postern.standing.pause('ses', 0, {
      at: test.clock.now(),
      until,
      reason: 'sending is paused',
    })
    expect(await standing()).toMatchObject({ valid: false, reason: '535 wrong password' })
    // Nor when the time is over: that only mail shows, or asking.
    await test.clock.advance(30_000)
    expect(await standing()).toMatchObject({ valid: false })
    await verify(test.postern)
    expect(await standing()).toEqual({ engine: ['smtp', 'ses'], valid: true, trouble: [] })
  })

  it('is not valid while the saved settings are broken', async () => {
    await open({ engine: 'noop' })
    await test.configure({ engine: 'fax' })
    const { valid, reason } = await standing()
    expect(valid).toBe(false)
    expect(reason).toMatch(/settings are broken.*engine/)
  })
})

describe('the health', () => {
  it('is ok when mail works and nothing waits for a person', async () => {
    await open({ engine: 'noop' })
    const { version } = await test.postern.settings.read()
    expect(await health(test.postern, '*', machine)).toMatchObject({
      status: 'ok',
      mailer: { valid: true },
      queue: { depth: 0, held: 0 },
      settings: { version, faults: [] },
    })
  })

  it('is degraded when the mailer is not valid', async () => {
    await open({ engine: 'smtp' })
    expect(await health(test.postern, '*', machine)).toMatchObject({ status: 'degraded' })
  })
})

async function open(settings: SavedSettings, verdicts: Partial<Record<EngineName, Verdict>> = {}) {
  const scripted = (name: EngineName) => ({
    ...scriptedEngine(name, () => ({ kind: 'sent' })).engine,
    verify: async (): Promise<Verdict> => verdicts[name] ?? { valid: true },
  })
  test = await openPostern({ settings, engines: { smtp: scripted('smtp'), ses: scripted('ses') } })
}

const standing = () => mailerStanding(test.postern)
