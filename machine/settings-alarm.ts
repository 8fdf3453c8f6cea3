import { spell } from '../mail/settings/layers.ts'
import type { InForce, SettingsInForce } from '../mail/ports/in-force.ts'
import type { Log } from './log.ts'

/** The same settings, logging once when what is saved is found broken, and once when it is mended. */
export function tellFaults(inForce: SettingsInForce, log: Log): SettingsInForce {
  let told = ''
  let last: InForce | undefined

  function tell(now: InForce): InForce {
    if (now === last) return now
    last = now
    const faults = spell(now.faults)
    if (faults !== told)
      log(
        faults
          ? { level: 'error', what: 'settings broken, the last good ones stay in force', faults }
          : { level: 'info', what: 'settings repaired' },
      )
    told = faults
    return now
  }

  return {
    ...inForce,
    current: async () => tell(await inForce.current()),
    refresh: async () => tell(await inForce.refresh()),
  }
}
