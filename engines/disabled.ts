import type { Engine } from '../mail/ports/engine.ts'

const reason = 'sending is off: the engine is "disabled"'

/** Sends nothing: whatever still waits keeps waiting until an engine is chosen. */
export function disabledEngine(): Engine {
  return {
    name: 'disabled',
    send: async () => ({ kind: 'blocked', reason }),
    verify: async () => ({ valid: false, reason }),
    rate: async () => null,
    close: async () => undefined,
  }
}
