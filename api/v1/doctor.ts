import { Hono } from 'hono'
import { diagnose } from '../../mail/doctor/diagnosis.ts'
import type { HostFacts } from '../../mail/doctor/facts.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { Examined } from '../openapi/answers.ts'
import type { ApiEnv } from '../access/auth.ts'

/** `GET /v1/doctor`: what is wrong and how to fix it; asks the engines. */
export function v1Doctor(postern: Postern, hostFacts: () => Promise<HostFacts>): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/doctor', async (c) => {
    const { findings, domain } = await diagnose(postern, await hostFacts())
    const { dkim } = (await postern.inForce.current()).settings
    const answer: Examined = {
      findings,
      domain: domain ?? null,
      dkim_selector: dkim.selector,
      // For a client with another clock to compare it with.
      now: new Date(postern.clock.now()).toISOString(),
    }
    return c.json(answer)
  })
}
