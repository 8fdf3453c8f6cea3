import { Hono } from 'hono'
import type { HostFacts } from '../mail/doctor/facts.ts'
import type { Clock } from '../mail/ports/clock.ts'
import { remembered } from './http/remembered.ts'

/**
 * `/livez` and `/readyz`, asked without a key by what runs containers. Alive is what answers; ready is
 * what can keep an email: one that cannot leave yet is kept, so no engine makes it unready.
 */
export function alive(clock: Clock, hostFacts: () => Promise<HostFacts>): Hono {
  const canKeep = remembered(clock, hostFacts, ({ storage }) => storage === undefined)
  return new Hono()
    .get('/livez', (c) => c.text('ok'))
    .get('/readyz', async (c) => ((await canKeep()) ? c.text('ok') : c.text('not ready', 503)))
}
