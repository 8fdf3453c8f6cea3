import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { httpApi, postJson } from './http/api.ts'
import { keyOf } from './http/key.ts'
import { providerEngine, type Provider } from './http/provider.ts'
import { emailOf, idempotencyKeyOf } from './resend/email.ts'
import { outcomeOfAnswer, verdictOf } from './resend/judge.ts'

const usualUrl = 'https://api.resend.com'

/** Hands emails to Resend's API (https://resend.com/docs/api-reference/emails/send-email). */
export function resendEngine({ settings, secrets, clock, deployed }: EngineContext): Engine {
  const { key, fault } = keyOf(secrets, 'resend.apiKey', 'Resend API key', 'Resend: API Keys')
  const api = httpApi({
    base: deployed.apiUrls?.resend ?? usualUrl,
    headers: { Authorization: `Bearer ${key}` },
    secret: key,
    clock,
  })
  const provider = {
    name: 'resend',
    api,
    fault,
    async request(parcel) {
      const { email, left } = await emailOf(parcel)
      const call = await postJson('/emails', email)
      const once = { 'Idempotency-Key': idempotencyKeyOf(parcel, call.body) }
      return { call: { ...call, headers: { ...call.headers, ...once } }, left }
    },
    outcomeOf: (answer, _, now) => outcomeOfAnswer(answer, now),
    verify: async (ask) =>
      verdictOf(await ask({ method: 'GET', path: '/domains' }), settings.from.address),
  } satisfies Provider
  return providerEngine(provider, clock)
}
