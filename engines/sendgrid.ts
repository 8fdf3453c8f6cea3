import sendgrid from '@sendgrid/mail'
import type { EngineContext } from '../mail/ports/fleet.ts'
import type { Outcome, Verdict } from '../mail/email/outcome.ts'
import type { Parcel } from '../mail/email/parcel.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { httpConnections, type Answer, type Exchange, type HttpRequest } from './http/exchange.ts'
import { outcomeOfAnswer, verdictOf } from './sendgrid/judge.ts'
import { outcomeOfLoss } from './http/judge.ts'
import { mailDataOf } from './sendgrid/mail-data.ts'

const usualUrl = 'https://api.sendgrid.com'

const noKey =
  'no SendGrid API key: save the secret sendgrid.apiKey (SendGrid: Settings, API Keys, "Mail Send")'

/**
 * Hands emails to SendGrid's v3 API. `@sendgrid/mail` builds and checks the request; the one
 * request itself is made here: docs/decisions/0004-sendgrid-transport.md says why.
 */
export function sendgridEngine({ settings, secrets, clock, deployed }: EngineContext): Engine {
  const key = secrets['sendgrid.apiKey']?.trim() ?? ''
  const fault = faultOf(key)
  const connections = httpConnections(clock)
  const { sandbox } = settings.sendgrid
  const base = new URL(deployed.sendgridUrl ?? usualUrl).href.replace(/\/+$/, '')

  function exchange(method: string, path: string, signal: AbortSignal, body?: string) {
    const url = new URL(`${base}${path}`)
    const headers = {
      Authorization: `Bearer ${key}`,
      Accept: 'application/json',
      'User-Agent': 'postern',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    }
    const request: HttpRequest = { method, url, headers, body }
    return connections.exchange(request, signal).then((done) => withoutKey(done, key))
  }

  return {
    name: 'sendgrid',
    async send(parcel, signal): Promise<Outcome> {
      if (fault) return { kind: 'blocked', reason: fault }
      const built = await build(parcel, sandbox)
      if ('refusal' in built) return { kind: 'rejected', reason: built.refusal }
      const done = await exchange('POST', '/v3/mail/send', signal, built.body)
      if (done.kind === 'lost') return outcomeOfLoss(done)
      return outcomeOfAnswer(done, { sandbox, now: clock.now() })
    },
    async verify(signal): Promise<Verdict> {
      if (fault) return { valid: false, reason: fault }
      return verdictOf(await exchange('GET', '/v3/scopes', signal))
    },
    rate: async () => null,
    close: async () => connections.close(),
  }
}

/** Anything but printable ASCII cannot stand in the header of a request. */
function faultOf(key: string): string | undefined {
  if (key === '') return noKey
  return /^[\x21-\x7e]+$/.test(key)
    ? undefined
    : 'the SendGrid API key holds a character that no key has'
}

type Service = typeof sendgrid

/** The typings leave out the class, without which there is only one shared instance. */
const { MailService } = sendgrid as unknown as { MailService: new () => Service }

/** The library's own checks and spelling of the request; what it would send is taken, not sent. */
async function build(
  parcel: Parcel,
  sandbox: boolean,
): Promise<{ body: string } | { refusal: string }> {
  const service = new MailService()
  let body = ''
  const take = async (request: { body: unknown }) => {
    body = JSON.stringify(request.body)
    return [{ statusCode: 202, body: {}, headers: {} }, {}]
  }
  service.setClient({ request: take } as unknown as Parameters<Service['setClient']>[0])
  try {
    await service.send(await mailDataOf(parcel, sandbox))
    return { body }
  } catch (error) {
    return { refusal: `SendGrid's library refuses it: ${(error as Error).message}` }
  }
}

/** The answer may echo what was sent. */
function withoutKey(done: Exchange, key: string): Exchange {
  if (done.kind === 'lost' || !done.body.includes(key)) return done
  const body = Buffer.from(done.body.toString().replaceAll(key, '[key]'))
  return { ...done, body } satisfies Answer
}
