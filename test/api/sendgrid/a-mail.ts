import { expect } from 'vitest'
import { contentKey } from '../../../mail/content.ts'
import type { Content, Email } from '../../../mail/email/email.ts'
import { said, type OpenApi } from '../open-api.ts'

/** The least that SendGrid takes. */
export const mail = {
  personalizations: [{ to: [{ email: 'b@example.com' }] }],
  from: { email: 'a@acme.test' },
  subject: 'Hi',
  content: [{ type: 'text/plain', value: 'Hello' }],
}

/** `mail` with a change in its one personalization. */
export const personal = (change: object) => ({
  ...mail,
  personalizations: [{ ...mail.personalizations[0], ...change }],
})

export interface SendGridErrors {
  readonly errors: readonly { message: string; field: string | null; help: null }[]
}

export async function refused(api: OpenApi, body: unknown, headers?: Record<string, string>) {
  const [status, answer] = await said(api.post('/v3/mail/send', body, headers))
  return { status, errors: (answer as unknown as SendGridErrors).errors }
}

export async function sent(
  api: OpenApi,
  body: object,
  headers?: Record<string, string>,
): Promise<Email> {
  const answer = await api.post('/v3/mail/send', body, headers)
  expect([answer.status, await answer.text()]).toEqual([202, ''])
  return (await api.postern.emails.get(answer.headers.get('x-message-id')!, '*'))!
}

export async function contentOf({ postern }: OpenApi, { id }: Email) {
  const bytes = await postern.blobs.get(contentKey(id))
  return JSON.parse(Buffer.from(bytes!).toString()) as Content & { kind: 'structured' }
}

export const all = async ({ postern }: OpenApi) =>
  (await postern.emails.list({ scope: '*', limit: 100 })).data

/** So many recipients. */
export const to = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ email: `r${i}@example.com` }))
