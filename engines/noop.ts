import { capture } from '../mail/deliver/capture.ts'
import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Engine } from '../mail/ports/engine.ts'

/** Sends nothing: keeps every email as a capture to look at, or drops it with a record. */
export function noopEngine({ settings, captures, clock }: EngineContext): Engine {
  return {
    name: 'noop',
    send: async (parcel) =>
      settings.noop.mode === 'discard' ? { kind: 'discarded' } : capture(parcel, captures, clock),
    verify: async () => ({ valid: true }),
    rate: async () => null,
    close: async () => undefined,
  }
}
