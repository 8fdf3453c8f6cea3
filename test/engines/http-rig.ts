import type { SecureContextOptions } from 'node:tls'
import { sendgridEngine } from '../../engines/sendgrid.ts'
import { sesEngine } from '../../engines/ses.ts'
import type { EngineContext } from '../../mail/ports/fleet.ts'
import type { Outcome } from '../../mail/email/outcome.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import { testParcel } from '../parcels.ts'
import { errors, yes } from '../remote/fake-sendgrid.ts'
import { json, sesYes } from '../remote/fake-ses.ts'
import { answer, startHttpServer, type Act, type HttpServer } from '../remote/http-server.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { useAws } from './aws-environment.ts'
import { engineContext } from './engine-context.ts'

/** How one provider says things. */
export interface Provider {
  readonly name: 'sendgrid' | 'ses'
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
      deployed: { sendgridUrl: url },
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

export const providers = [sendgrid, ses]

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

export interface HttpRigOptions {
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
