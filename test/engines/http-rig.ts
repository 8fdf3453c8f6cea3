import type { SecureContextOptions } from 'node:tls'
import { mailgunEngine } from '../../engines/mailgun.ts'
import { postmarkEngine } from '../../engines/postmark.ts'
import { resendEngine } from '../../engines/resend.ts'
import { sendgridEngine } from '../../engines/sendgrid.ts'
import { sesEngine } from '../../engines/ses.ts'
import type { EngineContext } from '../../mail/ports/fleet.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { testParcel } from '../parcels.ts'
import { mailgunError, mailgunYes } from '../remote/fake-mailgun.ts'
import { postmarkError, postmarkYes } from '../remote/fake-postmark.ts'
import { resendError, resendYes } from '../remote/fake-resend.ts'
import { errors, yes } from '../remote/fake-sendgrid.ts'
import { json, sesYes } from '../remote/fake-ses.ts'
import { answer, startHttpServer, type Act, type HttpServer } from '../remote/http-server.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { useAws } from './aws-environment.ts'
import { engineContext } from './engine-context.ts'

/** How one provider says things. */
export interface Provider {
  readonly name: 'sendgrid' | 'ses' | 'resend' | 'postmark' | 'mailgun'
  readonly yes: string
  /** A yes by status and headers, with another body. */
  yesWith(body: string, headers?: Record<string, string>): string
  error(status: number, message: string): string
  open(url: string): { context: EngineContext & { clock: VirtualClock }; engine: Engine }
}

const sendgrid: Provider = {
  name: 'sendgrid',
  yes,
  yesWith: (body, headers) => answer(202, body, headers),
  error: errors,
  open(url) {
    const context = engineContext({
      secrets: { 'sendgrid.apiKey': 'SG.key' },
      deployed: { apiUrls: { sendgrid: url } },
    })
    return { context, engine: sendgridEngine(context) }
  },
}

const ses: Provider = {
  name: 'ses',
  yes: sesYes,
  yesWith: (body, headers) => answer(200, body, { 'x-amzn-RequestId': 'b1f2', ...headers }),
  error: (status, message) => json(status, { message }, { 'x-amzn-ErrorType': 'SomeException' }),
  open(url) {
    useAws(url)
    const context = engineContext()
    return { context, engine: sesEngine(context) }
  },
}

const json200 = (body: string, headers: Record<string, string> = {}) =>
  answer(200, body, { 'Content-Type': 'application/json', ...headers })

const resend: Provider = {
  name: 'resend',
  yes: resendYes,
  yesWith: json200,
  error: resendError,
  open(url) {
    const secrets = { 'resend.apiKey': 're_key' }
    const context = engineContext({ secrets, deployed: { apiUrls: { resend: url } } })
    return { context, engine: resendEngine(context) }
  },
}

const postmark: Provider = {
  name: 'postmark',
  yes: postmarkYes(),
  yesWith: json200,
  error: (status, message) => postmarkError(0, message, status),
  open(url) {
    const secrets = { 'postmark.serverToken': 'token' }
    const context = engineContext({ secrets, deployed: { apiUrls: { postmark: url } } })
    return { context, engine: postmarkEngine(context) }
  },
}

const mailgun: Provider = {
  name: 'mailgun',
  yes: mailgunYes,
  yesWith: json200,
  error: mailgunError,
  open(url) {
    const context = engineContext({
      settings: { mailgun: { domain: 'mg.own.test' } },
      secrets: { 'mailgun.apiKey': 'key' },
      deployed: { apiUrls: { mailgun: url } },
    })
    return { context, engine: mailgunEngine(context) }
  },
}

export const providers = [sendgrid, ses, resend, postmark, mailgun]

/** An engine, and a raw server in the place of its provider. */
export interface HttpRig {
  readonly provider: Provider
  readonly server: HttpServer
  readonly engine: Engine
  readonly clock: VirtualClock
  /** From now on every request is answered so. */
  say(bytes: string): void
  act(act: Act): void
  send(parcel?: Parcel, signal?: AbortSignal): Promise<Outcome>
  /** Sends, and takes the signal away as soon as the server falls silent. */
  sendUntilSilence(parcel?: Parcel): Promise<Outcome>
  close(): Promise<void>
}

interface HttpRigOptions {
  readonly tls?: SecureContextOptions
  /** In place of the server's own. */
  readonly url?: string
}

export async function openHttpRig(
  provider: Provider,
  { tls, url }: HttpRigOptions = {},
): Promise<HttpRig> {
  const server = await startHttpServer(() => undefined, tls)
  const { context, engine } = provider.open(url ?? server.url)
  const act = (wanted: Act) => {
    server.script = () => wanted
  }
  const send = (parcel = testParcel(), signal = new AbortController().signal) =>
    engine.send(parcel, signal)
  return {
    provider,
    server,
    engine,
    clock: context.clock,
    act,
    say: (bytes) => act({ say: bytes }),
    send,
    sendUntilSilence(parcel) {
      const abort = new AbortController()
      server.events.once('hang', () => abort.abort())
      return send(parcel, abort.signal)
    },
    async close() {
      await engine.close()
      await server.close()
    },
  }
}
