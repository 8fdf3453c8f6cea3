import type { AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { SMTPServer } from 'smtp-server'
import { text } from 'node:stream/consumers'

/** A server that takes email from those who log in over TLS, with a password or a token. */
export async function smtpProvider(password: string, tokens: ReadonlySet<string> = new Set()) {
  const emails: string[] = []
  const pem = (name: string) => readFileSync(new URL(`../data/tls/${name}`, import.meta.url))
  const server = new SMTPServer({
    key: pem('localhost.key'),
    cert: pem('localhost.pem'),
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    onAuth: ({ accessToken = '', ...auth }, _session, done) =>
      auth.password === password || tokens.has(accessToken)
        ? done(null, { user: 'me' })
        : done(new Error('wrong password')),
    onData: (stream, _session, done) => {
      text(stream).then((email) => done(void emails.push(email)), done)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return { port, emails, close: () => new Promise<void>((resolve) => server.close(resolve)) }
}
