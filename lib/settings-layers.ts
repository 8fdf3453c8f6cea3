import { resolveSettings } from '../mail/settings/settings.ts'

/** Settings as JSON, by the names of `docs/settings.md`. */
export type SettingsLayer = Readonly<Record<string, unknown>>

export interface SettingsLayers {
  readonly defaults: SettingsLayer
  readonly locks: SettingsLayer
}

export interface SettingsLayersProps {
  readonly senderDomains?: readonly string[]
  readonly defaults?: SettingsLayer
  readonly locks?: SettingsLayer
}

/**
 * The deploy-time layers of the settings, checked as the functions will check them: a fault found
 * now would otherwise be found by the first email.
 *
 * @throws Error that names every fault
 */
export function settingsLayers(props: SettingsLayersProps): SettingsLayers {
  const { senderDomains = [], defaults = {} } = props
  const locks = senderDomains.length > 0 ? { senderDomains, ...props.locks } : (props.locks ?? {})
  const faults = [...layerFaults({ defaults }), ...layerFaults({ defaults, locks })]
  if (faults.length > 0) throw new Error([...new Set(faults)].join('; '))
  if (senderDomains.length > 0) return { defaults, locks }
  const { engine = 'noop' } = locks
  if (engine !== 'noop')
    throw new Error(`locks.engine is ${JSON.stringify(engine)}: without senderDomains only "noop"`)
  return { defaults, locks: { ...locks, engine } }
}

function layerFaults({ defaults, locks }: Partial<SettingsLayers>): string[] {
  const resolved = resolveSettings({ defaults: defaults ?? {}, saved: {}, locks: locks ?? {} })
  if ('settings' in resolved) return []
  const name = locks ? 'defaults and locks' : 'defaults'
  return resolved.faults.map(({ path, rule }) => `${name}: ${path}: ${rule}`)
}
