import { once } from 'node:events'
import { createServer } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openMailbox } from '../../machine/mailbox/open.ts'
import { troubleOf } from '../../machine/mailbox/trouble.ts'
import { mailboxWish, type MailboxWish } from '../../machine/mailbox/wish.ts'
import { systemClock } from '../../mail/clock.ts'
import { testCa, testCertificate } from '../engines/smtp-rig.ts'
import { openPostern } from '../open-postern.ts'
import { startTokenEndpoint } from '../remote/token-endpoint.ts'

const tls = testCertificate('localhost')
const secrets = { 'smtp.oauth2.refreshToken': 'refresh-secret', 'feedback.imap.password': 'other' }

describe('the login of the mailbox', () => {
  it('asks for an access token as SMTP does, in the scope of the mailbox, and shows it to the server', async () => {
    const endpoint = await startTokenEndpoint(tls)
    onTestFinished(() => endpoint.close())
    const server = await imapServer()
    const wish = await wishFor(server.port, endpoint.url)
    // The server has no folder, which is told behind the login.
    await expect(openMailbox(wish, systemClock)).rejects.toThrow()
    expect(endpoint.requests.map((request) => Object.fromEntries(request))).toMatchObject([
      { refresh_token: 'refresh-secret', scope: 'imap.read' },
    ])
    expect(server.logins).toEqual([
      `user=me@own.test\x01auth=Bearer ${[...endpoint.tokens][0]}\x01\x01`,
    ])
  })

  it('says which secret is missing for one with a password', async () => {
    const wish = await wishFor(1, 'https://localhost/token')
    const asked = { ...wish, imap: { ...wish.imap, auth: 'password' as const }, secrets: {} }
    const error: unknown = await openMailbox(asked, systemClock).catch((reason: unknown) => reason)
    expect(troubleOf(error, asked)).toEqual({
      kind: 'settings',
      reason: 'localhost:1: there is no password (feedback.imap.password)',
    })
  })

  it('says why there is no token, and no secret with it', async () => {
    const endpoint = await startTokenEndpoint(tls)
    onTestFinished(() => endpoint.close())
    endpoint.refuse(400, { error: 'invalid_grant', error_description: 'refresh-secret expired' })
    const server = await imapServer()
    const wish = await wishFor(server.port, endpoint.url)
    const error: unknown = await openMailbox(wish, systemClock).catch((reason: unknown) => reason)
    const { kind, reason } = troubleOf(error, wish)
    expect([kind, reason]).toEqual(['login', expect.stringContaining('*** expired')])
    expect(server.logins).toEqual([])
  })
})

async function wishFor(port: number, tokenEndpoint: string): Promise<MailboxWish> {
  const test = await openPostern({
    settings: {
      smtp: {
        username: 'me@own.test',
        oauth2: { clientId: 'client-1', tokenEndpoint, scope: 'smtp.send' },
      },
      feedback: {
        imap: { host: 'localhost', port, auth: 'oauth2', scope: 'imap.read', ca: testCa() },
      },
    },
  })
  onTestFinished(() => test.close())
  const { inForce } = test.postern
  const { settings } = await inForce.current()
  const pins = { 'smtp.oauth2.refreshToken': 1, 'feedback.imap.password': 1 }
  const current = async () => ({
    ...(await inForce.current()),
    settings: { ...settings, secrets: pins },
  })
  const wish = await mailboxWish({
    inForce: { ...inForce, current },
    settings: { ...test.postern.settings, readSecrets: async () => secrets },
  })
  return wish!
}

/** Takes any token, and has no folder. */
async function imapServer() {
  const logins: string[] = []
  const server = createServer(tls, (socket) => {
    socket.on('error', () => undefined)
    socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] at your service\r\n')
    socket.on('data', (line: Buffer) => {
      const [tag = '', command = '', , response = ''] = line.toString().trim().split(' ')
      if (command === 'AUTHENTICATE') logins.push(Buffer.from(response, 'base64').toString())
      const isKnown = ['AUTHENTICATE', 'CAPABILITY', 'LOGOUT'].includes(command)
      socket.write(`${tag} ${isKnown ? 'OK' : 'NO'} done\r\n`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { logins, port: (server.address() as AddressInfo).port }
}
