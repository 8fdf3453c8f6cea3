import { describe, expect, it } from 'vitest'
import { fleet } from '../../../mail/deliver/fleet.ts'
import type { EngineContext } from '../../../mail/ports/fleet.ts'
import type { Verdict } from '../../../mail/email/outcome.ts'
import type { Captures } from '../../../mail/ports/captures.ts'
import type { Engine } from '../../../mail/ports/engine.ts'
import type { SettingsStore } from '../../../mail/ports/settings-store.ts'
import type { InForce } from '../../../mail/ports/in-force.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { settingsOf } from '../compose/composing.ts'

describe('an engine in use', () => {
  it('is opened once, however many use it at the same time', async () => {
    const { ships, opened } = launch()
    await Promise.all(Array.from({ length: 10 }, () => ships.use('smtp', version('1'), name)))
    await ships.use('smtp', version('1'), name)
    expect(opened.map(({ name }) => name)).toEqual(['smtp'])
    await ships.use('ses', version('1'), name)
    expect(opened.map(({ name }) => name)).toEqual(['smtp', 'ses'])
  })

  it('is made from the settings and the secrets they name', async () => {
    const { ships, opened } = launch()
    const inForce = version('1', { secrets: { 'smtp.password': 3 } })
    await ships.use('smtp', inForce, name)
    expect(opened[0]!.context).toMatchObject({
      settings: inForce.settings,
      secrets: { 'smtp.password': 'version 3' },
    })
  })

  it('is replaced when the settings change, and closed after its last user', async () => {
    const { ships, opened } = launch()
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const one = ships.use('smtp', version('1'), () => first.promise)
    const two = ships.use('smtp', version('1'), () => second.promise)
    await ships.use('smtp', version('2'), name)
    expect(opened.map(({ closed }) => closed)).toEqual([0, 0])
    first.resolve()
    await one
    expect(opened.map(({ closed }) => closed)).toEqual([0, 0])
    second.resolve()
    await two
    await turn()
    expect(opened.map(({ closed }) => closed)).toEqual([1, 0])
  })

  it('is closed at once when the settings change and it is not in use', async () => {
    const { ships, opened } = launch()
    await ships.use('smtp', version('1'), name)
    await ships.use('smtp', version('2'), name)
    await turn()
    expect(opened.map(({ closed }) => closed)).toEqual([1, 0])
  })

  it('is closed after a user that fails', async () => {
    const { ships, opened } = launch()
    const failing = ships.use('smtp', version('1'), async () => {
      await ships.use('smtp', version('2'), name)
      throw new Error('broken')
    })
    await expect(failing).rejects.toThrow('broken')
    await turn()
    expect(opened.map(({ closed }) => closed)).toEqual([1, 0])
  })

  it('that could not be opened is tried again next time', async () => {
    const { ships, opened, fail } = launch()
    fail(new Error('no secret'))
    await expect(ships.use('smtp', version('1'), name)).rejects.toThrow('no secret')
    fail(undefined)
    expect(await ships.use('smtp', version('1'), name)).toBe('smtp')
    expect(opened).toHaveLength(1)
  })
})

describe('closing the fleet', () => {
  it('closes every engine once, however often it is asked', async () => {
    const { ships, opened } = launch()
    await ships.use('smtp', version('1'), name)
    await ships.use('ses', version('1'), name)
    await Promise.all([ships.close(), ships.close()])
    await ships.close()
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1])
  })

  it('does not fail for an engine that does not open or close', async () => {
    const { ships, opened, fail } = launch()
    await ships.use('smtp', version('1'), name)
    opened[0]!.engine.close = () => Promise.reject(new Error('stuck'))
    fail(new Error('no secret'))
    await expect(ships.use('ses', version('1'), name)).rejects.toThrow()
    await ships.close()
  })
})

describe('verifying settings that are not in force', () => {
  it('asks an engine made for it, which is closed again', async () => {
    const { ships, opened } = launch()
    await ships.use('smtp', version('1'), name)
    const settings = settingsOf({ engine: ['smtp', 'ses'], secrets: { 'smtp.password': 3 } })
    expect(await ships.verify(settings, {})).toEqual({
      smtp: { valid: true },
      ses: { valid: true },
    })
    await turn()
    expect(opened.map(({ name, closed }) => [name, closed])).toEqual([
      ['smtp', 0],
      ['smtp', 1],
      ['ses', 1],
    ])
    expect(opened[1]!.context.secrets).toEqual({ 'smtp.password': 'version 3' })
  })

  it('uses the secrets that come with them before those that are stored', async () => {
    const { ships, opened } = launch()
    const settings = settingsOf({ engine: 'smtp', secrets: { 'smtp.password': 3 } })
    await ships.verify(settings, { 'smtp.password': 'new' })
    expect(opened[0]!.context.secrets).toEqual({ 'smtp.password': 'new' })
  })

  it('answers for an engine that breaks, on one line, and closes it all the same', async () => {
    const { ships, opened, fail, answer } = launch()
    const settings = settingsOf({ engine: 'smtp' })
    const broken = { smtp: { valid: false, reason: 'no such thing' } }
    answer(() => Promise.reject(new TypeError('no such\r\nthing')))
    expect(await ships.verify(settings, {})).toEqual(broken)
    await turn()
    expect(opened[0]!.closed).toBe(1)
    fail(new TypeError('no such\nthing'))
    expect(await ships.verify(settings, {})).toEqual(broken)
  })
})

interface Opened {
  readonly name: string
  readonly context: EngineContext
  readonly engine: Engine
  closed: number
}

/** A fleet of engines that count how often they were closed. */
function launch() {
  const opened: Opened[] = []
  let failure: Error | undefined
  let verdict = (): Promise<Verdict> => Promise.resolve({ valid: true })
  const store: Pick<SettingsStore, 'readSecrets'> = {
    readSecrets: async (refs) =>
      Object.fromEntries(Object.entries(refs).map(([key, at]) => [key, `version ${at}`])),
  }
  const ships = fleet({
    store: store as SettingsStore,
    captures: {} as Captures,
    clock: virtualClock(),
    open: async (name, context) => {
      if (failure) throw failure
      const one: Opened = {
        name,
        context,
        closed: 0,
        engine: {
          name,
          send: async () => ({ kind: 'sent' }),
          verify: () => verdict(),
          rate: async () => null,
          close: async () => void one.closed++,
        },
      }
      opened.push(one)
      return one.engine
    },
  })
  const fail = (error: Error | undefined) => (failure = error)
  const answer = (give: () => Promise<Verdict>) => (verdict = give)
  return { ships, opened, fail, answer }
}

function version(version: string, saved: object = {}): InForce {
  return { settings: settingsOf({ ...saved }), version, saved: {}, since: 0, faults: [] }
}

const name = async (engine: Engine) => engine.name

/** Lets what was begun without being waited for run its course. */
const turn = () => new Promise((resolve) => setImmediate(resolve))
