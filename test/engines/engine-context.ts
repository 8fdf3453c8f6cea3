import type { EngineContext } from '../../mail/ports/fleet.ts'
import type { Captures } from '../../mail/ports/captures.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { settingsSchema } from '../../mail/settings/settings.ts'
import { virtualClock, type VirtualClock } from '../virtual-clock.ts'

interface ContextParts extends Partial<Pick<EngineContext, 'secrets' | 'deployed'>> {
  readonly settings?: SavedSettings
}

/** What an engine is made from, for engines that capture nothing. */
export function engineContext(parts: ContextParts = {}): EngineContext & { clock: VirtualClock } {
  const { settings, secrets = {}, deployed = {} } = parts
  return {
    settings: settingsSchema.parse(settings ?? {}),
    secrets,
    deployed,
    captures: undefined as unknown as Captures,
    clock: virtualClock(),
  }
}
