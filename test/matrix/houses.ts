import { vi } from 'vitest'
import PostalMime from 'postal-mime'
import { accept } from '../../mail/accept/accept.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Mailbox } from '../../mail/email/address.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../mail/request/email-request.ts'
import type { Email } from '../../mail/email/email.ts'
import type { EngineName } from '../../mail/email/engine-name.ts'
import type { Deployed } from '../../mail/ports/fleet.ts'
import type { Capture, Captures } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { useAws } from '../engines/aws-environment.ts'
import { asking, openPostern, type TestPostern } from '../open-postern.ts'
import { fakeMailgun, mailgunDomain } from '../remote/fake-mailgun.ts'
import { fakePostmark } from '../remote/fake-postmark.ts'
import type { FakeProvider } from '../remote/fake-provider.ts'
import { fakeResend } from '../remote/fake-resend.ts'
import { fakeSendGrid, type SendGridMail } from '../remote/fake-sendgrid.ts'
import { fakeSendmail } from '../remote/fake-sendmail.ts'
import { fakeSes, goodAccount, type SesMail } from '../remote/fake-ses.ts'
import { startSmtpServer } from '../remote/smtp-server.ts'

/** One email as it left, read from what the far end was given. */
export interface Left {
  /** MAIL FROM or what an engine has in its place; undefined where it has nothing. */
  readonly envelopeFrom?: string
  /** All recipients that the far end was asked to deliver to. */
  readonly to: readonly string[]
  readonly from: Mailbox
  readonly sender?: Mailbox
  readonly replyTo: readonly Mailbox[]
  /** The email as bytes, line ends as on the wire; undefined where the engine hands over parts. */
  readonly bytes?: Uint8Array
  /** Those parts. */
  readonly parts?: SendGridMail
}

/** Where an engine sends in these tests. */
interface FarEnd {
  readonly settings: SavedSettings
  readonly secrets?: Readonly<Record<string, string>>
  readonly deployed?: Deployed
  /** Oldest first. */
  left(postern: Postern): Promise<readonly Left[]>
  close(): Promise<void>
}

/** A whole Postern with one real engine, and a far end of the test's own. */
export interface House {
  readonly test: TestPostern
  configure(settings: SavedSettings): Promise<void>
  /** Accepts, makes one attempt, and says what is known of the email then. */
  send(request: EmailRequest): Promise<Email>
  /** All that has left, oldest first. */
  left(): Promise<readonly Left[]>
  close(): Promise<void>
}

export type MatrixEngine = keyof typeof farEnds

export async function openHouse(engine: MatrixEngine): Promise<House> {
  const end = await farEnds[engine]()
  const test = await openPostern({ deployed: end.deployed })
  const { postern, backend } = test
  return {
    test,
    async configure(settings) {
      const { version } = await backend.settings.read()
      const saved = { engine, ...end.settings, ...settings }
      await backend.settings.write(saved, end.secrets ?? {}, version)
      await postern.inForce.refresh()
    },
    send: (request) => send(postern, request),
    left: () => end.left(postern),
    async close() {
      await test.close()
      await end.close()
      vi.unstubAllEnvs()
    },
  }
}

async function send(postern: Postern, request: EmailRequest): Promise<Email> {
  const answer = await accept(postern, asking(request), {
    owner: 'local',
    project: 'default',
    scope: '*',
    capture: false,
  })
  if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer))
  await deliver(postern, jobOf((await postern.emails.get(answer.id, '*'))!))
  return (await postern.emails.get(answer.id, '*'))!
}

/** Of every engine that hands email over. */
const farEnds = {
  async smtp(): Promise<FarEnd> {
    const server = await startSmtpServer()
    return {
      settings: { smtp: { host: '127.0.0.1', port: server.port, security: 'none' } },
      left: () =>
        Promise.all(
          server.emails.map(async ({ from, to, content }) => ({
            envelopeFrom: from,
            to,
            ...(await read(content)),
          })),
        ),
      close: () => server.close(),
    }
  },

  async sendmail(): Promise<FarEnd> {
    const program = fakeSendmail()
    return {
      settings: {},
      deployed: { sendmailPath: program.path },
      left: () =>
        Promise.all(
          program.runs.map(async ({ args, input }) => ({
            envelopeFrom: args[args.indexOf('-f') + 1]!,
            to: args.slice(args.indexOf('--') + 1),
            ...(await read(asOnTheWire(input!))),
          })),
        ),
      close: async () => program.close(),
    }
  },

  async sendgrid(): Promise<FarEnd> {
    const remote = await fakeSendGrid()
    return {
      settings: {},
      secrets: { 'sendgrid.apiKey': 'SG.key' },
      deployed: { apiUrls: { sendgrid: remote.server.url } },
      left: () => Promise.all(remote.mails.map(leftBySendGrid)),
      close: () => remote.server.close(),
    }
  },

  async resend(): Promise<FarEnd> {
    return atProvider('resend', await fakeResend(), { 'resend.apiKey': 're_key' })
  },

  async postmark(): Promise<FarEnd> {
    return atProvider('postmark', await fakePostmark(), { 'postmark.serverToken': 'token' })
  },

  async mailgun(): Promise<FarEnd> {
    const end = atProvider('mailgun', await fakeMailgun(), { 'mailgun.apiKey': 'key' })
    return { ...end, settings: { mailgun: { domain: mailgunDomain } } }
  },

  async ses(): Promise<FarEnd> {
    const remote = await fakeSes()
    useAws(remote.server.url)
    // Without a rate: the clock of these tests stands still.
    remote.account = { ...goodAccount, SendQuota: {} }
    return {
      settings: {},
      left: () => Promise.all(remote.mails.map(leftBySes)),
      close: () => remote.server.close(),
    }
  },

  async noop(): Promise<FarEnd> {
    return {
      settings: {},
      async left({ captures }) {
        const found = (await allOf(captures)).toReversed().map(async ({ id, to }) => {
          return { to, ...(await read((await captures.get(id, '*'))!.eml)) }
        })
        return Promise.all(found)
      },
      close: async () => undefined,
    }
  },
} satisfies Readonly<Record<Exclude<EngineName, 'disabled'>, () => Promise<FarEnd>>>

/** What leaves a provider is what it builds of the request. */
function atProvider(
  name: EngineName,
  remote: FakeProvider<unknown>,
  secrets: FarEnd['secrets'],
): FarEnd {
  return {
    settings: {},
    secrets,
    deployed: { apiUrls: { [name]: remote.server.url } },
    left: async () =>
      Promise.all(
        (await remote.leaving()).map(async ({ to, mime }) => ({ to, ...(await read(mime)) })),
      ),
    close: () => remote.server.close(),
  }
}

export const matrixEngines = Object.keys(farEnds) as readonly MatrixEngine[]

async function allOf(captures: Captures, after?: string): Promise<Capture[]> {
  const { data, hasMore } = await captures.list({ scope: '*', limit: 100, ...(after && { after }) })
  return hasMore ? [...data, ...(await allOf(captures, data.at(-1)!.id))] : [...data]
}

/** Of a program's standard input. A CR in it would be one that was not put at the end of a line. */
function asOnTheWire(input: Uint8Array): Buffer {
  const text = Buffer.from(input).toString('latin1')
  if (text.includes('\r')) throw new Error('the program was given a CR')
  return Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
}

/** Who stands in the header, by a parser that is not the composer's. */
async function read(bytes: Uint8Array) {
  const { from, sender, replyTo = [] } = await PostalMime.parse(bytes)
  return {
    bytes,
    from: box(from!),
    ...(sender && { sender: box(sender) }),
    replyTo: replyTo.map(box),
  }
}

function box({ address, name }: { address?: string; name?: string }): Mailbox {
  return { address: address!, ...(name && { name }) }
}

async function leftBySendGrid(parts: SendGridMail): Promise<Left> {
  const { from, reply_to, reply_to_list = [], headers, personalizations } = parts
  const boxes = personalizations.flatMap(({ to, cc = [], bcc = [] }) => [...to, ...cc, ...bcc])
  const { Sender } = headers
  return {
    parts,
    to: boxes.map(({ email }) => email),
    from: box({ ...from, address: from.email }),
    ...(Sender && { sender: await mailbox(Sender) }),
    replyTo: [...(reply_to ? [reply_to] : []), ...reply_to_list].map(({ email, name }) =>
      box({ address: email, name }),
    ),
  }
}

/** SES replaces From by FromEmailAddress: the email as it leaves SES has that one. */
async function leftBySes(mail: SesMail): Promise<Left> {
  const from = await mailbox(mail.FromEmailAddress!)
  const header = await read(Buffer.from(mail.Content.Raw.Data, 'base64'))
  if (JSON.stringify(header.from) !== JSON.stringify(from))
    throw new Error('From and FromEmailAddress differ')
  return {
    ...header,
    envelopeFrom: mail.FeedbackForwardingEmailAddress ?? from.address,
    to: Object.values(mail.Destination).flat(),
  }
}

/** A header field that stands alone in a provider's request. */
async function mailbox(text: string): Promise<Mailbox> {
  if (/[^\x20-\x7e]/.test(text)) throw new Error(`not fit for a header: ${JSON.stringify(text)}`)
  return box((await PostalMime.parse(`From: ${text}\r\n\r\n`)).from!)
}
