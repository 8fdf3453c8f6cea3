import { intakeInSteps } from '../../mail/accept/intake.ts'
import type { Postern } from '../../mail/ports/postern.ts'

/**
 * The same Postern, accepting by single steps, whose ports stop working for good at a step: each call has one before it and
 * one after it.
 */
export function crashing(postern: Postern, at: number) {
  let step = 0
  let crashedAt: string | undefined
  function pass(point: string) {
    if (step++ === at) crashedAt = point
    if (crashedAt !== undefined) throw new Error('crash')
  }
  const wrap = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key)
        if (typeof method !== 'function') return method
        return async (...args: unknown[]) => {
          const call = `${name}.${String(key)}`
          pass(`before ${call}`)
          const result: unknown = await Reflect.apply(method, target, args)
          pass(`after ${call}`)
          return result
        }
      },
    })
  const ports = {
    idempotency: wrap('idempotency', postern.idempotency),
    blobs: wrap('blobs', postern.blobs),
    emails: wrap('emails', postern.emails),
    queue: wrap('queue', postern.queue),
  }
  const mortal: Postern = { ...postern, ...ports, intake: intakeInSteps(ports) }
  return { postern: mortal, crashedAt: () => crashedAt }
}
