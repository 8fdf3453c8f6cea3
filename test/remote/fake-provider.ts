import { once } from 'node:events'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { SendMailOptions } from 'nodemailer'
import PostalMime from 'postal-mime'
import type { FakeRemote, Received } from '../conformance/engine.ts'
import {
  answer,
  startHttpServer,
  type Act,
  type HttpExchange,
  type HttpServer,
} from './http-server.ts'

/** An email as a provider would send it on. */
export interface Leaving {
  readonly from: string
  readonly to: readonly string[]
  /** As recipients get it. */
  readonly mime: Buffer
}

export interface FakeProvider<Mail> extends FakeRemote {
  readonly server: HttpServer
  /** Requests to send, as far as they were taken. */
  readonly mails: readonly Mail[]
  /** Those that leave, built as the provider builds them; of the requests from `start` on. */
  readonly leaving: (start?: number) => Promise<readonly Leaving[]>
  /** From now on every request to send is answered so. */
  readonly say: (bytes: string) => void
}

/** How one provider speaks, and what it asks of a request to send. */
interface Manner<Mail> {
  readonly sendPath: string
  /** Takes a request, or says what is wrong with it by the provider's rules. */
  judge(exchange: HttpExchange): Judged<Mail>
  /** What it answers to what is no send, while it is well. */
  question(exchange: HttpExchange): string
  readonly refusal: string
  readonly failure: string
  readonly denial: string
  leave(mail: Mail): Promise<readonly Leaving[]>
}

export interface Judged<Mail> {
  readonly say: string
  /** Absent: not taken, or taken and dropped. */
  readonly mail?: Mail
}

export async function fakeProvider<Mail>(manner: Manner<Mail>): Promise<FakeProvider<Mail>> {
  const mails: Mail[] = []
  const server = await startHttpServer(() => undefined)
  const isSend = ({ method, path }: HttpExchange) => method === 'POST' && path === manner.sendPath
  const keep = (exchange: HttpExchange): string => {
    const { say, mail } = manner.judge(exchange)
    if (mail !== undefined) mails.push(mail)
    return say
  }
  const script = (of: (exchange: HttpExchange) => Act) => {
    server.script = (exchange) => (exchange.whole ? of(exchange) : undefined)
  }
  const accept = () => script((it) => ({ say: isSend(it) ? keep(it) : manner.question(it) }))
  const say = (bytes: string) => script(() => ({ say: bytes }))
  accept()
  const leaving = async (start = 0) =>
    (await Promise.all(mails.slice(start).map((mail) => manner.leave(mail)))).flat()
  return {
    server,
    mails,
    leaving,
    accept,
    say,
    refuse: () => say(manner.refusal),
    fail: () => say(manner.failure),
    deny: () => say(manner.denial),
    async hang() {
      script(() => ({ then: 'hang' }))
      await once(server.events, 'hang')
    },
    drop: () =>
      script((it) => {
        if (isSend(it)) keep(it)
        return { then: 'close' }
      }),
    received: async () => Promise.all((await leaving()).map(receivedOf)),
    get attempts() {
      return server.requests.length
    },
  }
}

async function receivedOf({ from, to, mime }: Leaving): Promise<Received> {
  const { subject = '', text = '' } = await PostalMime.parse(mime)
  return { from, to, content: mime, subject, text, visible: mime.toString() }
}

/** MIME as most providers build it. */
export function built(options: SendMailOptions): Promise<Buffer> {
  return new MailComposer({ ...options, newline: '\r\n' }).compile().build()
}

export function jsonAnswer(status: number, body: object, headers: Record<string, string> = {}) {
  return answer(status, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers })
}

/** The address alone of `Name <a@b.c>`. */
export function addressOf(text: string): string {
  return /<([^<>]+)>$/.exec(text)?.[1] ?? text
}
