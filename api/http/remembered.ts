import type { HostFacts } from '../../mail/doctor/facts.ts'
import type { Clock } from '../../mail/ports/clock.ts'

/**
 * How long strangers are told the same, in milliseconds, also that nothing can be read: they may ask
 * a thousand times a second, and on AWS every look at the settings and engines is paid for.
 */
const rememberedMs = { machine: 1_000, function: 60_000 } as const satisfies Record<
  HostFacts['kind'],
  number
>

/** What is found out of a host, and told for a while without another look. */
export function remembered<T>(
  clock: Clock,
  hostFacts: () => Promise<HostFacts>,
  ask: (host: HostFacts) => T | Promise<T>,
): () => Promise<T> {
  let last: Promise<T> | undefined
  let askedAt = 0
  let ms: number = rememberedMs.machine
  return () => {
    if (last && clock.now() - askedAt < ms) return last
    askedAt = clock.now()
    last = hostFacts().then((host) => {
      ms = rememberedMs[host.kind]
      return ask(host)
    })
    return last
  }
}
