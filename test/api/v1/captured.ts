import MailComposer from 'nodemailer/lib/mail-composer'
import { newId } from '../../../mail/email/id.ts'
import { capture, type OpenApi } from '../open-api.ts'

export const now = Date.UTC(2026, 0, 1)

type Mail = ConstructorParameters<typeof MailComposer>[0]

export async function composed(mail: Mail): Promise<Buffer> {
  return new MailComposer({ from: 'a@acme.test', to: 'b@example.com', ...mail }).compile().build()
}

/** @returns the id of the capture */
export async function captured(api: OpenApi, mail: Mail): Promise<string> {
  const id = newId(now)
  await capture(api, await composed(mail), { id })
  return id
}

/** A multipart with the boundary B of these parts. */
export function multipart(type: string, ...parts: string[]): string {
  const between = parts.map((part) => `--B\r\n${part}\r\n`).join('')
  return `Content-Type: multipart/${type}; boundary=B\r\n\r\n${between}--B--\r\n`
}
