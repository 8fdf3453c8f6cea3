import type { EngineContext } from '../mail/fleet.ts'
import type { Parcel } from '../mail/parcel.ts'
import type { Capture, Engine } from '../mail/ports.ts'

/**
 * Sends nothing: keeps every email as a capture to look at, or drops it. A capture has the id
 * of its email, so that a second attempt adds no second copy.
 */
export function noopEngine({ settings, captures, clock }: EngineContext): Engine {
  return {
    name: 'noop',
    async send(parcel) {
      if (settings.noop.mode === 'discard') return { kind: 'discarded' }
      const eml = await parcel.composed()
      await captures.add(captureOf(parcel, clock.now(), eml.length), eml)
      return { kind: 'captured' }
    },
    verify: async () => ({ valid: true }),
    close: async () => undefined,
  }
}

function captureOf(parcel: Parcel, at: number, size: number): Capture {
  return {
    id: parcel.id,
    emailId: parcel.id,
    at,
    from: parcel.from.address,
    to: parcel.envelope.to,
    subject: parcel.subject,
    size,
    seen: false,
  }
}
