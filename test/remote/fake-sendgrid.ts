import {
  built,
  fakeProvider,
  jsonAnswer,
  type FakeProvider,
  type Judged,
  type Leaving,
} from './fake-provider.ts'
import { answer, type HttpExchange } from './http-server.ts'

/** The part of a request to `POST /v3/mail/send` that tests look at. */
export interface SendGridMail {
  readonly personalizations: readonly Personalization[]
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

interface Personalization {
  readonly to: readonly Box[]
  readonly cc?: readonly Box[]
  readonly bcc?: readonly Box[]
}

interface Box {
  readonly email: string
  readonly name?: string
}

export type FakeSendGrid = FakeProvider<SendGridMail>

export const yes = answer(202, '', { 'X-Message-Id': 'sg-0001' })

/** SendGrid's shape of an error. */
export function errors(status: number, message: string, field: string | null = null): string {
  return jsonAnswer(status, { errors: [{ message, field, help: null }] })
}

/** SendGrid as its documentation and its users describe it. */
export async function fakeSendGrid(): Promise<FakeSendGrid> {
  return fakeProvider<SendGridMail>({
    sendPath: '/v3/mail/send',
    judge,
    question: () => answer(200, JSON.stringify({ scopes: ['mail.send', 'alerts.read'] })),
    refusal: errors(400, 'Does not contain a valid address.', 'from.email'),
    failure: errors(503, 'try later'),
    denial: errors(401, 'The provided authorization grant is invalid'),
    leave: async (mail) => Promise.all(mail.personalizations.map((one) => leave(mail, one))),
  })
}

function judge({ body }: HttpExchange): Judged<SendGridMail> {
  const mail = JSON.parse(String(body)) as SendGridMail
  const fault = faultOf(mail)
  return fault ? { say: errors(400, ...fault) } : { say: yes, mail }
}

function faultOf(mail: SendGridMail): [message: string, field: string] | undefined {
  const { personalizations, content, attachments = [] } = mail
  const types = [...content, ...attachments].map(({ type }) => type ?? '')
  if (types.some((type) => type.includes(';'))) return ["cannot contain ';'", 'content.type']
  if (content.some(({ value }) => value === ''))
    return ['must be at least one character', 'content']
  if (content.length === 2 && content[0]!.type !== 'text/plain') return ['plain first', 'content']
  for (const { to, cc = [], bcc = [] } of personalizations) {
    const emails = [...to, ...cc, ...bcc].map(({ email }) => email.toLowerCase())
    if (to.length === 0) return ['The to array is required', 'personalizations.to']
    if (new Set(emails).size < emails.length)
      return ['Each email address should be unique', 'personalizations']
  }
  return undefined
}

async function leave(
  mail: SendGridMail,
  { to, cc = [], bcc = [] }: Personalization,
): Promise<Leaving> {
  const { reply_to, reply_to_list = [] } = mail
  const valueOf = (type: string) => mail.content.find((part) => part.type === type)?.value
  const mime = await built({
    from: quoted(mail.from),
    to: to.map(asItStands),
    cc: cc.map(asItStands),
    replyTo: [...(reply_to ? [reply_to] : []), ...reply_to_list].map(quoted),
    subject: mail.subject,
    text: valueOf('text/plain'),
    html: valueOf('text/html'),
    headers: mail.headers,
    attachments: mail.attachments?.map((file) => ({
      filename: file['filename'],
      content: Buffer.from(file['content']!, 'base64'),
      contentType: file['type'],
      contentDisposition: file['disposition'] === 'inline' ? 'inline' : 'attachment',
      ...(file['content_id'] && { cid: file['content_id'] }),
    })),
  })
  const everyone = [...to, ...cc, ...bcc].map(({ email }) => email)
  return { from: mail.from.email, to: everyone, mime }
}

function quoted({ email: address, name = '' }: Box) {
  return { name, address }
}

/** A name of a recipient goes into the header unquoted: a comma makes two recipients of it. */
function asItStands({ email, name }: Box): string {
  return name === undefined ? email : `${name} <${email}>`
}
