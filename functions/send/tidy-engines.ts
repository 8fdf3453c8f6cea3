import type { Parcel } from '../../mail/email/parcel.ts'
import type { OpenEngine } from '../../mail/ports/fleet.ts'
import { contentBytes } from '../../mail/request/email-request.ts'
import { large } from './room.ts'

/**
 * Engines for which the remains of reading a large email are collected before it is composed, and
 * those of composing before a request is made of it: together they are more than the function may
 * use.
 */
export function tidied(open: OpenEngine, cleanUp: () => Promise<void>): OpenEngine {
  return async (name, context) => {
    const engine = await open(name, context)
    return {
      ...engine,
      send: (parcel, signal) => engine.send(tidiedParcel(parcel, cleanUp), signal),
    }
  }
}

function tidiedParcel(parcel: Parcel, cleanUp: () => Promise<void>): Parcel {
  if (contentBytes(parcel.content) < large) return parcel
  return {
    ...parcel,
    async composed() {
      await cleanUp()
      const bytes = await parcel.composed()
      await cleanUp()
      return bytes
    },
  }
}
