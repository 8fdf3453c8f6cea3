import { intakeInSteps } from '../../mail/accept/intake.ts'
import type { Postern } from '../../mail/ports/postern.ts'

/** Called before and after each call of a port, such as `before emails.create`; may throw. */
type AtPoint = (point: string, args: readonly unknown[]) => void

/** The same Postern, accepting by single steps, so that there is something between them. */
export function stepped(postern: Postern, at: AtPoint): Postern {
  const { idempotency, blobs, emails, events, queue } = postern
  const ports = {
    idempotency: watched('idempotency', idempotency, at),
    blobs: watched('blobs', blobs, at),
    emails: watched('emails', emails, at),
    events: watched('events', events, at),
    queue: watched('queue', queue, at),
  }
  return { ...postern, ...ports, intake: intakeInSteps(ports) }
}

/** The same, stopping for good at a point: each call has one before it and one after it. */
export function crashing(postern: Postern, at: number) {
  let step = 0
  let crashedAt: string | undefined
  const mortal = stepped(postern, (point) => {
    if (step++ === at) crashedAt = point
    if (crashedAt !== undefined) throw new Error('crash')
  })
  return { postern: mortal, crashedAt: () => crashedAt }
}

function watched<Port extends object>(name: string, port: Port, at: AtPoint): Port {
  return new Proxy(port, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key)
      if (typeof method !== 'function') return method
      return async (...args: unknown[]) => {
        const call = `${name}.${String(key)}`
        at(`before ${call}`, args)
        const result: unknown = await Reflect.apply(method, target, args)
        at(`after ${call}`, args)
        return result
      }
    },
  })
}
