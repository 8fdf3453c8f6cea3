import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { httpApi } from './http/api.ts'
import { keyOf } from './http/key.ts'
import { providerEngine, type Provider } from './http/provider.ts'
import { formOf } from './mailgun/form.ts'
import { outcomeOfAnswer } from './mailgun/judge.ts'
import { askVerdict } from './mailgun/verdict.ts'

const usualUrls = { us: 'https://api.mailgun.net', eu: 'https://api.eu.mailgun.net' }

const noDomain =
  'no sending domain: set mailgun.domain to one that Mailgun lists (Mailgun: Domains)'

/** Hands emails to Mailgun as they are, in MIME (POST /v3/{domain}/messages.mime). */
export function mailgunEngine({ settings, secrets, clock, deployed }: EngineContext): Engine {
  const where = 'Mailgun: Domain settings, Sending API keys'
  const { key, fault } = keyOf(secrets, 'mailgun.apiKey', 'Mailgun API key', where)
  const { domain, region } = settings.mailgun
  const api = httpApi({
    base: deployed.apiUrls?.mailgun ?? usualUrls[region],
    headers: { Authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` },
    secret: key,
    clock,
  })
  const path = `/v3/${domain}/messages.mime`
  const provider = {
    name: 'mailgun',
    api,
    fault: fault ?? (domain === null ? noDomain : undefined),
    async request(parcel) {
      const { left, ...form } = await formOf(parcel)
      return { call: { method: 'POST', path, ...form }, left }
    },
    outcomeOf: (answer, _, now) => outcomeOfAnswer(answer, now),
    verify: (ask) => askVerdict(ask, String(domain), path),
  } satisfies Provider
  return providerEngine(provider, clock)
}
