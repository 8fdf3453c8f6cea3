import { Hono } from 'hono'
import { dkimPublicKey } from '../../mail/doctor/dkim-public-key.ts'
import type { HostFacts } from '../../mail/doctor/facts.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Examined } from '../openapi/answers.ts'
import type { ApiEnv } from '../access/auth.ts'

/** `GET /v1/doctor`: what is wrong and how to fix it; asks the engines. */
export function v1Doctor(postern: Postern, hostFacts: () => Promise<HostFacts>): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/doctor', async (c) => {
    // Loaded with the first that asks.
    const { diagnose } = await import('../../mail/doctor/diagnosis.ts')
    const { findings, domain } = await diagnose(postern, await hostFacts())
    const { settings } = await postern.inForce.current()
    const { dkim } = settings
    const answer: Examined = {
      findings,
      domain: domain ?? null,
      bounce_domain: settings.feedback.bounceDomain,
      dkim_selector: dkim.selector,
      dkim_domain: dkim.domain,
      dkim_key: (await dkimPublicKey(postern, settings)) ?? null,
      // For a client with another clock to compare it with.
      now: new Date(postern.clock.now()).toISOString(),
    }
    return c.json(answer)
  })
}
