import { createHash } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { InForce, SettingsInForce } from '../ports/in-force.ts'
import type { SettingsStore } from '../ports/settings-store.ts'
import { isPlainObject, spell, type SavedSettings, type SettingsFault } from '../settings/layers.ts'
import { resolveSettings, unknownSetting } from '../settings/settings.ts'

/** Re-read when older than 8 s, give or take 20 %, so that many workers do not ask in step. */
const freshMs = 8_000

const jitter = 0.2

interface SettingsInForceOptions {
  readonly store: SettingsStore
  readonly clock: Clock
  readonly defaults?: SavedSettings
  readonly locks?: SavedSettings
  readonly random?: () => number
}

/** @throws Error when the deploy-time defaults and locks alone make no valid settings. */
export function settingsInForce(options: SettingsInForceOptions): SettingsInForce {
  const { store, clock, defaults = {}, locks = {}, random = Math.random } = options
  const bare = resolveSettings({ defaults, saved: {}, locks })
  if ('faults' in bare) throw new Error(`the deploy-time settings are wrong: ${spell(bare.faults)}`)
  let last: InForce | undefined
  let staleAt = 0
  let reading: Promise<InForce> | undefined

  async function read(): Promise<InForce> {
    last = await reread(last)
    staleAt = clock.now() + freshMs * (1 + jitter * (2 * random() - 1))
    return last
  }

  async function reread(good: InForce | undefined): Promise<InForce> {
    try {
      const stored = await store.read()
      if (good && stored.version === good.version && stored.fault === undefined)
        return { ...good, faults: [] }
      const resolved = resolveStored(stored)
      if ('faults' in resolved) return fallBack(good, resolved.faults)
      const { version, savedAt } = stored
      return { ...resolved, version, savedAt, since: clock.now(), faults: [] }
    } catch (cause) {
      if (!good) throw new Error('the settings cannot be read', { cause })
      return fallBack(good, [{ path: '(document)', rule: 'cannot be read' }])
    }
  }

  function resolveStored({
    settings: saved = {},
    fault,
  }: {
    settings?: unknown
    fault?: string
  }): Resolved {
    if (fault !== undefined) return { faults: [{ path: '(document)', rule: fault }] }
    if (!isPlainObject(saved)) return { faults: [{ path: '(document)', rule: 'not an object' }] }
    const resolved = resolveSettings({ defaults, saved, locks })
    return 'faults' in resolved
      ? { faults: resolved.faults.map(withCure) }
      : { settings: resolved.settings, saved }
  }

  function fallBack(good: InForce | undefined, faults: readonly SettingsFault[]): InForce {
    return { ...(good ?? switchedOff()), faults }
  }

  /** Broken from the start: nothing is known to be wanted, so nothing is sent and nothing taken. */
  function switchedOff(): InForce {
    const off = resolveSettings({ defaults, saved: {}, locks: { ...locks, engine: 'disabled' } })
    if ('faults' in off) throw new Error(spell(off.faults))
    return { settings: off.settings, version: 'broken', saved: {}, since: clock.now(), faults: [] }
  }

  /** One read at a time; calls while one runs share it. */
  function readOnce(): Promise<InForce> {
    reading ??= read().finally(() => (reading = undefined))
    return reading
  }

  const layers = createHash('sha256')
    .update(JSON.stringify([defaults, locks]))
    .digest('hex')
  return {
    defaults,
    locks,
    seal: (version) => `${version}.${layers.slice(0, 16)}`,
    current: async () => (last && clock.now() < staleAt ? last : readOnce()),
    // A read that runs may have begun before the save that asks for this one.
    refresh: async () => {
      await reading?.catch(() => undefined)
      return readOnce()
    },
  }
}

type Resolved =
  { readonly faults: readonly SettingsFault[] } | Required<Pick<InForce, 'settings' | 'saved'>>

/** An older Postern finds what a newer one saved, after a step back. */
function withCure(fault: SettingsFault): SettingsFault {
  if (fault.rule !== unknownSetting) return fault
  return {
    ...fault,
    rule: `${fault.rule}: go back to the newer Postern that saved it, or save settings without it`,
  }
}
