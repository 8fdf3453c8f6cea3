import { once } from 'node:events'
import type { FakeRemote, Received } from '../conformance/engine.ts'
import {
  answer,
  startHttpServer,
  type Act,
  type HttpExchange,
  type HttpServer,
} from './http-server.ts'

/** The part of a request to `POST /v3/mail/send` that tests look at. */
export interface SendGridMail {
  readonly personalizations: readonly {
    readonly to: readonly Box[]
    readonly cc?: readonly Box[]
    readonly bcc?: readonly Box[]
  }[]
  readonly from: Box
  readonly reply_to?: Box
  readonly reply_to_list?: readonly Box[]
  readonly subject: string
  readonly content: readonly { readonly type: string; readonly value: string }[]
  readonly headers: Readonly<Record<string, string>>
  readonly custom_args: Readonly<Record<string, string>>
  readonly categories?: readonly string[]
  readonly attachments?: readonly Readonly<Record<string, string>>[]
  readonly mail_settings?: unknown
}

interface Box {
  readonly email: string
  readonly name?: string
}

export interface FakeSendGrid extends FakeRemote {
  readonly server: HttpServer
  /** Requests to send, as far as they were taken. */
  readonly mails: readonly SendGridMail[]
}

export const yes = answer(202, '', { 'X-Message-Id': 'sg-0001' })

export async function fakeSendGrid(): Promise<FakeSendGrid> {
  const mails: SendGridMail[] = []
  const server = await startHttpServer(() => undefined)
  const play = (act: Act, keeps = false) => {
    server.script = (exchange) => {
      if (!exchange.whole) return undefined
      if (keeps && isSend(exchange)) mails.push(JSON.parse(String(exchange.body)) as SendGridMail)
      return isSend(exchange) || !keeps ? act : scopes
    }
  }
  const accept = () => play({ say: yes }, true)
  accept()
  return {
    server,
    mails,
    accept,
    refuse: () => play({ say: errors(400, 'Does not contain a valid address.', 'from.email') }),
    fail: () => play({ say: errors(503, 'try later') }),
    deny: () => play({ say: errors(401, 'The provided authorization grant is invalid') }),
    async hang() {
      play({ then: 'hang' })
      await once(server.events, 'hang')
    },
    drop: () => play({ then: 'close' }, true),
    received: async () => mails.map(receivedOf),
    get attempts() {
      return server.requests.length
    },
  }
}

/** SendGrid's shape of an error. */
export function errors(status: number, message: string, field: string | null = null): string {
  const body = JSON.stringify({ errors: [{ message, field, help: null }] })
  return answer(status, body, { 'Content-Type': 'application/json' })
}

const scopes = { say: answer(200, JSON.stringify({ scopes: ['mail.send', 'alerts.read'] })) }

function isSend({ method, path }: HttpExchange): boolean {
  return method === 'POST' && path === '/v3/mail/send'
}

function receivedOf({ personalizations, from, subject, content }: SendGridMail): Received {
  const all = personalizations.flatMap(({ to, cc = [], bcc = [] }) => [...to, ...cc, ...bcc])
  const shown = personalizations.flatMap(({ to, cc = [] }) => [...to, ...cc])
  const text = content.find(({ type }) => type === 'text/plain')?.value ?? ''
  return {
    from: from.email,
    to: all.map(({ email }) => email),
    subject,
    text,
    visible: [from.email, ...shown.map(({ email }) => email), subject, text].join('\n'),
  }
}
