import { detectMimeType } from 'nodemailer/lib/mime-funcs'
import {
  addressOf,
  built,
  fakeProvider,
  jsonAnswer,
  type Judged,
  type Leaving,
} from './fake-provider.ts'
import type { HttpExchange } from './http-server.ts'

/** The body of `POST /emails`. */
interface ResendMail {
  readonly from: string
  readonly to: readonly string[]
  readonly cc?: readonly string[]
  readonly bcc?: readonly string[]
  readonly reply_to?: readonly string[]
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly headers: Readonly<Record<string, string>>
  readonly tags: readonly { readonly name: string; readonly value: string }[]
  readonly attachments?: readonly {
    readonly filename: string
    readonly content: string
    readonly content_type: string
    readonly content_id?: string
  }[]
}

export const resendYes = jsonAnswer(200, { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' })

export function resendError(status: number, message: string, name = 'validation_error'): string {
  return jsonAnswer(status, { statusCode: status, name, message })
}

/** Resend as its documentation and its users describe it. */
export async function fakeResend() {
  const bodies = new Map<string, string>()
  return fakeProvider<ResendMail>({
    sendPath: '/emails',
    judge: (exchange) => once(exchange, bodies) ?? judge(exchange),
    question: () =>
      resendError(401, 'This API key is restricted to only send emails', 'restricted_api_key'),
    refusal: resendError(422, 'Invalid `to` field.'),
    failure: resendError(503, 'try later', 'service_unavailable'),
    denial: resendError(401, 'API key is invalid'),
    leave: async (mail) => [await leave(mail)],
  })
}

/** A key counts for 24 hours: the same request again sends nothing, another is refused. */
function once({ headers, body }: HttpExchange, bodies: Map<string, string>) {
  const key = headers['idempotency-key'] ?? ''
  if (key.length < 1 || key.length > 256)
    return { say: resendError(400, 'between 1 and 256 characters', 'invalid_idempotency_key') }
  const before = bodies.get(key)
  bodies.set(key, String(body))
  if (before === undefined) return undefined
  if (before === String(body)) return { say: resendYes }
  return { say: resendError(409, 'another payload', 'invalid_idempotent_request') }
}

function judge({ body }: HttpExchange): Judged<ResendMail> {
  const mail = JSON.parse(String(body)) as ResendMail
  const fault = faultOf(mail)
  if (fault) return { say: fault }
  const { attachments = [] } = mail
  const isDropped = attachments.some(
    ({ filename, content_type: type }) =>
      ![type, 'application/octet-stream'].includes(detectMimeType(filename)) &&
      type !== 'application/octet-stream',
  )
  return { say: resendYes, ...(!isDropped && { mail }) }
}

function faultOf({ from, to, cc = [], bcc = [], reply_to = [], ...mail }: ResendMail) {
  if (from.includes('=?'))
    return resendError(451, 'The email payload contain invalid characters.', 'security_error')
  if (to.length === 0) return resendError(422, 'Missing `to` field.', 'missing_required_field')
  if (to.length + cc.length + bcc.length > 50) return resendError(422, 'too many recipients')
  for (const [name, box] of [
    ['from', from],
    ...[...to, ...cc, ...bcc, ...reply_to].map((it) => ['to', it]),
  ])
    if (/[^\x20-\x7e]/.test(name === 'from' ? '' : box!) || /^"|,/.test(box!))
      return resendError(422, `Invalid \`${name!}\` field.`)
  if (!mail.html && !mail.text) return resendError(422, 'Missing `html` or `text` field.')
  if (
    mail.tags.some(
      ({ name, value }) => !/^[\w-]{1,256}$/.test(name) || !/^[\w-]{1,256}$/.test(value),
    )
  )
    return resendError(
      422,
      'Tags should only contain ASCII letters, numbers, underscores, or dashes.',
    )
  if (mail.attachments?.some(({ content_type: type }) => type.includes(';')))
    return resendError(422, 'Invalid `attachments` field.')
  return undefined
}

async function leave({
  from,
  to,
  cc = [],
  bcc = [],
  reply_to = [],
  ...mail
}: ResendMail): Promise<Leaving> {
  const mime = await built({
    from,
    to: [...to],
    cc: [...cc],
    replyTo: [...reply_to],
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: mail.headers,
    attachments: mail.attachments?.map((file) => ({
      filename: file.filename,
      content: Buffer.from(file.content, 'base64'),
      contentType: file.content_type,
      ...(file.content_id
        ? { cid: file.content_id, contentDisposition: 'inline' as const }
        : { contentDisposition: 'attachment' as const }),
    })),
  })
  return { from: addressOf(from), to: [...to, ...cc, ...bcc].map(addressOf), mime }
}
