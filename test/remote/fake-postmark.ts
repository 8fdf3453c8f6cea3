import addressparser from 'nodemailer/lib/addressparser'
import {
  addressOf,
  built,
  fakeProvider,
  jsonAnswer,
  type Judged,
  type Leaving,
} from './fake-provider.ts'
import type { HttpExchange } from './http-server.ts'

/** The body of `POST /email`. */
export interface PostmarkMail {
  readonly From: string
  readonly To: string
  readonly Cc?: string
  readonly Bcc?: string
  readonly ReplyTo?: string
  readonly Subject: string
  readonly HtmlBody?: string
  readonly TextBody?: string
  readonly Headers: readonly { readonly Name: string; readonly Value: string }[]
  readonly Tag?: string
  readonly Metadata: Readonly<Record<string, string>>
  readonly MessageStream?: string
  readonly Attachments?: readonly {
    readonly Name: string
    readonly Content: string
    readonly ContentType: string
    readonly ContentID?: string
  }[]
}

export function postmarkYes(message = 'OK'): string {
  const MessageID = 'b7bc2f4a-e38e-4336-af7d-e6c392c2f817'
  return jsonAnswer(200, { MessageID, ErrorCode: 0, Message: message })
}

export function postmarkError(code: number, message: string, status = 422): string {
  return jsonAnswer(status, { ErrorCode: code, Message: message })
}

/** Postmark as its documentation describes it. */
export async function fakePostmark() {
  return fakeProvider<PostmarkMail>({
    sendPath: '/email',
    judge,
    question: () => jsonAnswer(200, { ID: 1, Name: 'Production', DeliveryType: 'Live' }),
    refusal: postmarkError(300, "Invalid 'Subject'."),
    failure: postmarkError(100, 'The Postmark API is offline for maintenance.'),
    denial: postmarkError(10, 'Bad or missing Server API token.', 401),
    leave: async (mail) => [await leave(mail)],
  })
}

function judge({ body }: HttpExchange): Judged<PostmarkMail> {
  const mail = JSON.parse(String(body)) as PostmarkMail
  const fault = faultOf(mail)
  return fault === undefined ? { say: postmarkYes(), mail } : { say: fault }
}

function faultOf(mail: PostmarkMail): string | undefined {
  const { To, Cc, Bcc, HtmlBody, TextBody, Metadata, MessageStream = 'outbound' } = mail
  const everybody = [To, Cc, Bcc].flatMap(boxes)
  if (everybody.length > 50) return postmarkError(300, 'Too many recipients: at most 50.')
  if (boxes(To).length === 0) return postmarkError(300, "Invalid 'To' address: ''.")
  if (!HtmlBody && !TextBody)
    return postmarkError(300, 'Provide either email TextBody or HtmlBody or both.')
  const metadata = Object.entries(Metadata)
  if (metadata.length > 10 || metadata.some(([k, v]) => k.length > 20 || v.length > 80))
    return postmarkError(300, 'Invalid metadata content.')
  if (!['outbound', 'broadcast'].includes(MessageStream))
    return postmarkError(1_235, `The stream '${MessageStream}' does not exist on this server.`)
  if (mail.Attachments?.some(({ Name }) => /\.(exe|bat|vbs)$/i.test(Name)))
    return postmarkError(411, 'Forbidden attachment type.')
  return undefined
}

function boxes(text = ''): string[] {
  return addressparser(text, { flatten: true }).map(({ address }) => address ?? '')
}

async function leave(mail: PostmarkMail): Promise<Leaving> {
  const fields = mail.Headers.filter(({ Name }) => !/^(x-pm-.*|message-id)$/i.test(Name))
  const own = mail.Headers.find(({ Name }) => Name === 'Message-ID')?.Value
  const mime = await built({
    from: mail.From,
    to: mail.To,
    cc: mail.Cc,
    replyTo: mail.ReplyTo,
    messageId: own,
    subject: mail.Subject,
    text: mail.TextBody,
    html: mail.HtmlBody,
    headers: fields.map(({ Name: key, Value: value }) => ({ key, value })),
    attachments: mail.Attachments?.map((file) => ({
      filename: file.Name,
      content: Buffer.from(file.Content, 'base64'),
      contentType: file.ContentType,
      ...(file.ContentID
        ? { cid: file.ContentID.replace(/^cid:/, ''), contentDisposition: 'inline' as const }
        : { contentDisposition: 'attachment' as const }),
    })),
  })
  return { from: addressOf(mail.From), to: [mail.To, mail.Cc, mail.Bcc].flatMap(boxes), mime }
}
