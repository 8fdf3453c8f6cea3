import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { httpApi, postJson } from './http/api.ts'
import { keyOf } from './http/key.ts'
import { providerEngine, type Provider } from './http/provider.ts'
import { emailOf } from './postmark/email.ts'
import { outcomeOfAnswer, verdictOf } from './postmark/judge.ts'

const usualUrl = 'https://api.postmarkapp.com'

/** Hands emails to Postmark's API (https://postmarkapp.com/developer/api/email-api). */
export function postmarkEngine({ settings, secrets, clock, deployed }: EngineContext): Engine {
  const where = 'Postmark: your server, API Tokens'
  const { key, fault } = keyOf(secrets, 'postmark.serverToken', 'Postmark server token', where)
  const api = httpApi({
    base: deployed.apiUrls?.postmark ?? usualUrl,
    headers: { 'X-Postmark-Server-Token': key },
    secret: key,
    clock,
  })
  const provider = {
    name: 'postmark',
    api,
    fault,
    async request(parcel) {
      const { email, left } = await emailOf(parcel, settings.postmark.messageStream)
      return { call: await postJson('/email', email), left }
    },
    outcomeOf: outcomeOfAnswer,
    verify: async (ask) => verdictOf(await ask({ method: 'GET', path: '/server' })),
  } satisfies Provider
  return providerEngine(provider, clock)
}
