import PostalMime from 'postal-mime'
import { fakeProvider, jsonAnswer, type Judged, type Leaving } from './fake-provider.ts'
import type { HttpExchange } from './http-server.ts'

/** The body of `POST /v3/{domain}/messages.mime`. */
interface MailgunMail {
  readonly type: string
  readonly form: Buffer
}

export const mailgunYes = jsonAnswer(200, {
  id: '<20260102030405.1@mg.own.test>',
  message: 'Queued. Thank you.',
})

export function mailgunError(status: number, message: string): string {
  return jsonAnswer(status, { message })
}

export const mailgunDomain = 'mg.own.test'

/** Mailgun as its documentation describes it, with one domain that is verified. */
export async function fakeMailgun() {
  return fakeProvider<MailgunMail>({
    sendPath: `/v3/${mailgunDomain}/messages.mime`,
    judge,
    question: ({ path }) =>
      path === `/v3/domains/${mailgunDomain}`
        ? jsonAnswer(200, { domain: { name: mailgunDomain, state: 'active' } })
        : mailgunError(404, 'Domain not found'),
    refusal: mailgunError(400, 'to parameter is not a valid address. please check documentation'),
    failure: mailgunError(503, 'try later'),
    denial: mailgunError(401, 'Forbidden'),
    leave: async (mail) => [await leave(mail)],
  })
}

function judge({ headers, body }: HttpExchange): Judged<MailgunMail> {
  const head = body.toString('latin1').split('Content-Type: message/rfc822')[0]!
  const recipients = head.match(/name="to"/g)?.length ?? 0
  if (recipients === 0) return { say: mailgunError(400, 'to parameter is missing') }
  if (recipients > 1_000) return { say: mailgunError(400, 'Too many recipients; max is 1000') }
  if (!head.includes('name="message"; filename='))
    return { say: mailgunError(400, "'message' parameter is not a file") }
  return { say: mailgunYes, mail: { type: headers['content-type'] ?? '', form: body } }
}

/** Read by a reader of forms that is not ours: the platform's. */
export async function formOf({ type, form }: MailgunMail): Promise<FormData> {
  return new Response(Uint8Array.from(form), { headers: { 'Content-Type': type } }).formData()
}

/** The header says who it is from; the form alone says who gets it. */
async function leave(mail: MailgunMail): Promise<Leaving> {
  const form = await formOf(mail)
  const mime = Buffer.from(await (form.get('message') as File).arrayBuffer())
  const { from } = await PostalMime.parse(mime)
  return { from: from?.address ?? '', to: form.getAll('to') as string[], mime }
}
