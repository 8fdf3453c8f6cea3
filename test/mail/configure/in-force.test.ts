import { describe, expect, it } from 'vitest'
import type { SettingsStore, StoredSettings } from '../../../mail/ports/settings-store.ts'
import { settingsInForce } from '../../../mail/configure/in-force.ts'
import { spell } from '../../../mail/settings/layers.ts'
import { virtualClock } from '../../virtual-clock.ts'

describe('the settings in force', () => {
  it.each([
    [0, 6_400],
    [0.5, 8_000],
    [1, 9_600],
  ])('with the jitter %d are read again after %d ms and not before', async (random, ms) => {
    const { inForce, store, clock } = open({ random })
    store.save({ engine: 'smtp' })
    expect((await inForce.current()).settings.engine).toBe('smtp')
    store.save({ engine: 'sendmail' })
    await clock.advance(ms - 1)
    expect((await inForce.current()).settings.engine).toBe('smtp')
    expect(store.reads).toBe(1)
    await clock.advance(1)
    expect((await inForce.current()).settings.engine).toBe('sendmail')
    expect(store.reads).toBe(2)
  })

  it('are read once for all who ask at the same time', async () => {
    const { inForce, store } = open()
    const all = await Promise.all(Array.from({ length: 10 }, () => inForce.current()))
    expect(store.reads).toBe(1)
    expect(new Set(all).size).toBe(1)
  })

  it('are those of a save that happened while a read was running', async () => {
    const { inForce, store } = open()
    store.save({ engine: 'smtp' })
    const letGo = store.hold()
    const early = inForce.current()
    await store.reading()
    store.save({ engine: 'sendmail' })
    const after = inForce.refresh()
    letGo()
    expect((await early).settings.engine).toBe('smtp')
    expect((await after).settings.engine).toBe('sendmail')
    expect((await inForce.current()).settings.engine).toBe('sendmail')
  })

  it('keep their age while the document stays the same', async () => {
    const { inForce, store, clock } = open()
    store.save({ engine: 'smtp' })
    const { since } = await inForce.current()
    await clock.advance(60_000)
    expect((await inForce.current()).since).toBe(since)
    store.save({ engine: 'sendmail' })
    expect((await inForce.refresh()).since).toBe(clock.now())
  })
})

describe('a broken document', () => {
  it('leaves the last good one in force, and says what is wrong until it is mended', async () => {
    const { inForce, store } = open()
    store.save({ engine: 'smtp' })
    const good = await inForce.current()
    store.save({ engine: 'fax', smtp: { port: 0 } })
    const { faults, ...rest } = await inForce.refresh()
    expect(rest).toEqual({ ...good, faults: undefined })
    expect(faults.map(({ path }) => path)).toEqual(['engine', 'smtp.port'])
    store.save({ engine: 'sendmail' })
    expect(await inForce.refresh()).toMatchObject({ settings: { engine: 'sendmail' }, faults: [] })
  })

  it.each<[string, Partial<StoredSettings>, string]>([
    ['cannot be read', { fault: 'not JSON' }, '(document): not JSON'],
    ['is a list', { settings: [] }, '(document): not an object'],
    ['is null', { settings: null }, '(document): not an object'],
    ['is text', { settings: 'engine' }, '(document): not an object'],
    [
      'a newer Postern saved',
      { settings: { engin: 1 } },
      'engin: unknown setting: go back to the newer Postern that saved it, or save settings without it',
    ],
  ])('that %s switches mail off where none was good before', async (_, stored, fault) => {
    const { inForce, store } = open({ defaults: { engine: 'smtp' }, locks: { keepContentDays: 3 } })
    store.replace(stored)
    const { settings, faults } = await inForce.current()
    expect(settings).toMatchObject({ engine: 'disabled', keepContentDays: 3 })
    expect(spell(faults)).toBe(fault)
  })

  it('that is mended by putting the last good one back leaves no fault', async () => {
    const { inForce, store } = open()
    store.save({ engine: 'smtp' })
    const { version } = await inForce.current()
    store.save({ engine: 'fax' })
    await inForce.refresh()
    store.replace({ settings: { engine: 'smtp' }, version })
    expect((await inForce.refresh()).faults).toEqual([])
  })
})

describe('a store that fails', () => {
  it('leaves the last good settings in force', async () => {
    const { inForce, store } = open()
    store.save({ engine: 'smtp' })
    await inForce.current()
    store.fail(new Error('secret path'))
    expect(await inForce.refresh()).toMatchObject({
      settings: { engine: 'smtp' },
      faults: [{ path: '(document)', rule: 'cannot be read' }],
    })
    store.fail(undefined)
    expect((await inForce.refresh()).faults).toEqual([])
  })

  it('before anything was read is an error, until it works', async () => {
    const { inForce, store } = open()
    const cause = new Error('no disk')
    store.fail(cause)
    await expect(inForce.current()).rejects.toMatchObject({
      message: 'the settings cannot be read',
      cause,
    })
    store.fail(undefined)
    expect((await inForce.current()).settings.engine).toBe('noop')
  })

  it('is not asked again by all at once', async () => {
    const { inForce, store } = open()
    await inForce.current()
    store.fail(new Error('no disk'))
    await inForce.refresh()
    await inForce.current()
    expect(store.reads).toBe(2)
  })
})

it('deploy-time settings that are wrong are an error at the start', () => {
  expect(() => open({ defaults: { engine: 'fax' } })).toThrow(
    /deploy-time settings are wrong: engine/,
  )
  expect(() => open({ locks: { fromPolicy: 'default' } })).toThrow(/from\.address/)
})

function open(options: { random?: number; defaults?: object; locks?: object } = {}) {
  const store = memoryStore()
  const clock = virtualClock()
  const { random = 0.5, defaults, locks } = options
  const inForce = settingsInForce({
    store,
    clock,
    random: () => random,
    defaults: { ...defaults },
    locks: { ...locks },
  })
  return { inForce, store, clock }
}

/** A store whose document, failures and slowness are the test's. */
function memoryStore() {
  let stored: StoredSettings = { settings: undefined, version: '0' }
  let versions = 0
  let failure: Error | undefined
  let held: Promise<void> | undefined
  let entered: (() => void) | undefined
  const store = {
    reads: 0,
    save(settings: object) {
      stored = { settings, version: String(++versions) }
    },
    replace(change: Partial<StoredSettings>) {
      stored = { settings: undefined, version: String(++versions), ...change }
    },
    fail(error: Error | undefined) {
      failure = error
    },
    /** Lets the next read wait, after it has looked, until the function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    reading: () =>
      new Promise<void>((resolve) => (store.reads > 0 ? resolve() : (entered = resolve))),
    async read() {
      store.reads++
      entered?.()
      if (failure) throw failure
      const seen = stored
      const wait = held
      held = undefined
      await wait
      return seen
    },
    limits: { bytes: 1_000 },
    write: () => Promise.reject(new Error('not in these tests')),
    readSecrets: () => Promise.reject(new Error('not in these tests')),
  } satisfies SettingsStore & Record<string, unknown>
  return store
}
