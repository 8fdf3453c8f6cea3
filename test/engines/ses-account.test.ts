import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sesEngine } from '../../engines/ses.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { fakeSes, goodAccount, json, sesError, type FakeSes } from '../remote/fake-ses.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { useAws } from './aws-environment.ts'
import { engineContext } from './engine-context.ts'

const patient = new AbortController().signal
const account = '/v2/email/account'
const identity = (name: string) => `/v2/email/identities/${encodeURIComponent(name)}`
const quota = goodAccount.SendQuota
/** What it says of its quota is told apart. */
const good = { valid: true, quota: expect.anything() as unknown }

let remote: FakeSes
let engine: Engine
let clock: VirtualClock

function open(settings: SavedSettings = {}) {
  const context = engineContext({ settings })
  clock = context.clock
  engine = sesEngine(context)
}

beforeEach(async () => {
  remote = await fakeSes()
  useAws(remote.server.url)
  open()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await engine.close()
  await remote.server.close()
})

describe('verifying an SES account', () => {
  it.each([
    ['a pause', { SendingEnabled: false }, /paused/],
    ['a shutdown', { EnforcementStatus: 'SHUTDOWN' }, /shut down/],
    ['a used up quota', { SendQuota: { ...quota, SentLast24Hours: 50_000 } }, /quota of 50000/],
    ['no quota at all', { SendQuota: { Max24HourSend: 0 } }, /quota of 0/],
  ])('is not valid in %s, and says so in words', async (_, change, words) => {
    remote.account = { ...goodAccount, ...change }
    const verdict = await engine.verify(patient)
    expect(verdict).toMatchObject({ valid: false, reason: expect.stringMatching(words) as unknown })
  })

  it.each([
    ['in the sandbox', { ProductionAccessEnabled: false }, /sandbox.*verified addresses/],
    ['on probation', { EnforcementStatus: 'PROBATION' }, /probation/],
    ['near its quota', { SendQuota: { ...quota, SentLast24Hours: 40_001 } }, /80 % .* 50000/],
    [
      'on Essentials',
      { PricingAttributes: { CurrentPlan: 'ESSENTIALS' } },
      /Essentials.*costs more/,
    ],
    ['on Pro', { PricingAttributes: { CurrentPlan: 'PRO' } }, /Pro,.*a la carte/],
  ])('is valid %s, with a warning', async (_, change, words) => {
    remote.account = { ...goodAccount, ...change }
    const warnings = [expect.stringMatching(words) as unknown]
    expect(await engine.verify(patient)).toEqual({ ...good, warnings })
  })

  it.each([
    ['without a quota', { SendQuota: { Max24HourSend: -1, SentLast24Hours: 1e6 } }],
    ['with room in its quota', { SendQuota: { ...quota, SentLast24Hours: 40_000 } }],
    ['a la carte', { PricingAttributes: { CurrentPlan: 'NONE' } }],
  ])('is valid %s, without a warning', async (_, change) => {
    remote.account = { ...goodAccount, ...change }
    expect(await engine.verify(patient)).toEqual(good)
  })

  it('tells all its warnings at once', async () => {
    const PricingAttributes = { CurrentPlan: 'ESSENTIALS' }
    remote.account = { ...goodAccount, ProductionAccessEnabled: false, PricingAttributes }
    expect(await engine.verify(patient)).toMatchObject({ warnings: { length: 2 } })
  })

  it('believes a good account for five minutes, because SES answers such calls rarely', async () => {
    open({ from: { address: 'no-reply@own.test' } })
    remote.identities.set('own.test', true)
    remote.account = { ...goodAccount, EnforcementStatus: 'PROBATION' }
    const first = await engine.verify(patient)
    await clock.advance(299_000)
    expect(await engine.verify(patient)).toEqual(first)
    expect(remote.asked).toEqual([account, identity('own.test')])
    await clock.advance(1_000)
    await engine.verify(patient)
    expect(remote.asked).toHaveLength(4)
  })

  it('asks again at once about an account that was not in order', async () => {
    remote.account = { ...goodAccount, SendingEnabled: false }
    await engine.verify(patient)
    remote.account = goodAccount
    expect(await engine.verify(patient)).toEqual(good)
  })
})

describe('verifying the default sender with SES', () => {
  const verdictFor = (address: string) => {
    open({ from: { address } })
    return engine.verify(patient)
  }

  it('asks for no identity where none is set', async () => {
    await engine.verify(patient)
    expect(remote.asked).toEqual([account])
  })

  it('is content with a verified domain', async () => {
    remote.identities.set('own.test', true)
    expect(await verdictFor('no-reply@own.test')).toEqual(good)
    expect(remote.asked).toEqual([account, identity('own.test')])
  })

  it('is content with a verified domain above it, as SES is', async () => {
    remote.identities.set('own.test', true)
    expect(await verdictFor('no-reply@a.mail.own.test')).toEqual(good)
  })

  it.each([undefined, false])('is content with the address when the domain is %s', async (is) => {
    if (is !== undefined) remote.identities.set('own.test', is)
    remote.identities.set('no-reply@own.test', true)
    expect(await verdictFor('no-reply@own.test')).toEqual(good)
  })

  it('is not valid when SES knows neither, and says what to create', async () => {
    expect(await verdictFor('no-reply@own.test')).toEqual({
      valid: false,
      reason: expect.stringMatching(
        /does not know the sender no-reply@own\.test: create the identity own\.test/,
      ) as unknown,
    })
    expect(remote.asked).toEqual([account, identity('own.test'), identity('no-reply@own.test')])
  })

  it('is not valid while the domain is not verified yet, and says what to publish', async () => {
    remote.identities.set('own.test', false)
    const reason = expect.stringMatching(/not verified own\.test .*DKIM/) as unknown
    expect(await verdictFor('no-reply@own.test')).toEqual({ valid: false, reason })
  })

  it('is not valid when SES does not know the domain and its role may not ask for more', async () => {
    remote.identities.set(
      'no-reply@own.test',
      sesError(403, 'AccessDeniedException', 'not allowed'),
    )
    expect(await verdictFor('no-reply@own.test')).toMatchObject({
      valid: false,
      reason: expect.stringContaining('does not know') as unknown,
    })
  })

  it('asks few questions for a domain with very many parts', async () => {
    await verdictFor(`a@${'x.'.repeat(60)}test`)
    expect(remote.asked).toHaveLength(6)
  })

  it.each([
    ['AccessDeniedException', sesError(403, 'AccessDeniedException', 'not authorized'), /may not/],
    ['a throttle', sesError(429, 'TooManyRequestsException', 'Rate exceeded'), /Rate exceeded/],
    ['nonsense', json(500, {}), /could not be checked/],
  ])('warns that it could not be checked after %s', async (_, answer, words) => {
    remote.identities.set('own.test', answer)
    const warnings = [expect.stringMatching(words) as unknown]
    expect(await verdictFor('no-reply@own.test')).toEqual({ ...good, warnings })
  })

  it('is not asked for when the account itself is not in order', async () => {
    remote.account = { ...goodAccount, SendingEnabled: false }
    expect(await verdictFor('no-reply@own.test')).toMatchObject({ valid: false })
    expect(remote.asked).toEqual([account])
  })
})

describe('the rate of SES', () => {
  it('is what the account allows', async () => {
    expect(await engine.rate(patient)).toBe(14)
  })

  it.each([undefined, {}, { MaxSendRate: 0 }])('is none when SES says %j', async (SendQuota) => {
    remote.account = { ...goodAccount, SendQuota }
    expect(await engine.rate(patient)).toBeNull()
  })

  it('is asked for once in five minutes, by however many at a time', async () => {
    const rates = await Promise.all(Array.from({ length: 20 }, () => engine.rate(patient)))
    expect(new Set(rates)).toEqual(new Set([14]))
    await clock.advance(299_999)
    await engine.rate(patient)
    expect(remote.asked).toEqual([account])
    remote.account = { ...goodAccount, SendQuota: { ...quota, MaxSendRate: 50 } }
    await clock.advance(1)
    expect(await engine.rate(patient)).toBe(50)
  })

  it('is none when SES does not tell it, and is not asked for again with every email', async () => {
    remote.deny()
    expect(await engine.rate(patient)).toBeNull()
    expect(await engine.rate(patient)).toBeNull()
    expect(remote.asked).toEqual([account])
  })

  it('stays what it was when SES does not tell it again', async () => {
    await engine.rate(patient)
    await clock.advance(300_000)
    remote.deny()
    expect(await engine.rate(patient)).toBe(14)
  })

  it('is none when the wait for it is cut short', async () => {
    const abort = new AbortController()
    void remote.hang().then(() => abort.abort())
    expect(await engine.rate(abort.signal)).toBeNull()
  })
})

it.each([
  [{}, { used: 12, most: 50_000, isSandbox: false }],
  [{ ProductionAccessEnabled: false }, { used: 12, most: 50_000, isSandbox: true }],
  [{ SendQuota: { Max24HourSend: -1 } }, { used: 0, most: null, isSandbox: false }],
])('tells the quota of an account %j', async (change, expected) => {
  remote.account = { ...goodAccount, ...change }
  expect(await engine.verify(patient)).toMatchObject({ valid: true, quota: expected })
})
