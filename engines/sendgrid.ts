import sendgrid from '@sendgrid/mail'
import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Parcel } from '../mail/email/parcel.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { httpApi, postJson } from './http/api.ts'
import { keyOf } from './http/key.ts'
import { providerEngine, type Handover, type Provider, type Refusal } from './http/provider.ts'
import { outcomeOfAnswer, verdictOf } from './sendgrid/judge.ts'
import { mailDataOf } from './sendgrid/mail-data.ts'

const usualUrls = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' }

/**
 * Hands emails to SendGrid's v3 API. `@sendgrid/mail` builds and checks the request; the one
 * request itself is made here: docs/decisions/0004-sendgrid-transport.md says why.
 */
export function sendgridEngine({ settings, secrets, clock, deployed }: EngineContext): Engine {
  const where = 'SendGrid: Settings, API Keys, "Mail Send"'
  const { key, fault } = keyOf(secrets, 'sendgrid.apiKey', 'SendGrid API key', where)
  const { sandbox, region } = settings.sendgrid
  const api = httpApi({
    base: deployed.apiUrls?.sendgrid ?? usualUrls[region],
    headers: { Authorization: `Bearer ${key}` },
    secret: key,
    clock,
  })
  const provider = {
    name: 'sendgrid',
    api,
    fault,
    request: (parcel: Parcel) => requestOf(parcel, sandbox),
    outcomeOf: (answer, _, now) => outcomeOfAnswer(answer, { sandbox, now }),
    verify: async (ask) => verdictOf(await ask({ method: 'GET', path: '/v3/scopes' })),
  } satisfies Provider
  return providerEngine(provider, clock)
}

type Service = typeof sendgrid

/** The typings leave out the class, without which there is only one shared instance. */
const { MailService } = sendgrid as unknown as { MailService: new () => Service }

/** The library's own checks and spelling of the request; what it would send is taken, not sent. */
async function requestOf(parcel: Parcel, sandbox: boolean): Promise<Handover | Refusal> {
  const data = await mailDataOf(parcel, sandbox)
  const service = new MailService()
  let body: object = {}
  const take = async (request: { body: object }) => {
    body = request.body
    return [{ statusCode: 202, body: {}, headers: {} }, {}]
  }
  service.setClient({ request: take } as unknown as Parameters<Service['setClient']>[0])
  try {
    await service.send(data)
    return { call: await postJson('/v3/mail/send', body) }
  } catch (error) {
    return { refusal: { reason: `SendGrid's library refuses it: ${(error as Error).message}` } }
  }
}
