import { newId } from '../../../mail/email/id.ts'
import type { Capture } from '../../../mail/ports/captures.ts'
import { capture, type OpenApi } from '../open-api.ts'

/** An email with a picture in its text and a file. */
export const eml = [
  'Message-ID: <1@acme.test>',
  'Date: Sat, 31 Jan 2026 12:00:00 +0000',
  'From: Acme <a@acme.test>',
  'To: Bob <bob@example.com>, joann@example.com',
  'Cc: carol@example.com',
  'Reply-To: help@acme.test',
  'Subject: Your order',
  'List-Unsubscribe: <https://acme.test/u>, <mailto:u@acme.test>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'x-own: 1',
  'X-OWN: 2',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Hello Bob',
  '--b',
  'Content-Type: text/html',
  '',
  '<a href="https://acme.test/x">Hello</a><img src="cid:logo"><script>alert(1)</script>',
  '--b',
  'Content-Type: image/png; name=logo.png',
  'Content-ID: <logo>',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw==',
  '--b',
  'Content-Type: text/html; name=evil.html',
  'Content-Disposition: attachment',
  '',
  '<script>alert(1)</script>',
  '--b--',
  '',
].join('\r\n')

const envelope = ['bob@example.com', 'joann@example.com', 'carol@example.com', 'hidden@example.com']

/** Captures that email, or another one; answers its id. */
export async function put(
  api: OpenApi,
  values: Partial<Capture> & { text?: string; eml?: string } = {},
): Promise<string> {
  const id = newId(api.clock.now())
  const { eml: own = eml, ...rest } = values
  const whole = { id, to: envelope, subject: 'Your order', text: 'Hello Bob', ...rest }
  await capture(api, own, whole)
  return id
}

export function basic(user: string, password = ''): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}
