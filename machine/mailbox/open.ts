import type { AuthOptions, ImapFlow } from 'imapflow'
import { targetOf, type Login } from '../../engines/smtp/target.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { mostReturnedBytes } from '../../mail/report/take-returned.ts'
import { MailboxError } from './trouble.ts'
import type { MailboxWish } from './wish.ts'

/** A server that says nothing for so long is gone, in milliseconds. */
const silentMs = { connect: 30_000, idle: 600_000 }

/** IDLE is asked for again after this long, in milliseconds: routers forget quiet connections. */
const idleMs = 240_000

/**
 * Connects, logs in and opens the folder.
 *
 * @throws MailboxError for what a person must correct; what the network or the server say
 */
export async function openMailbox(wish: MailboxWish, clock: Clock): Promise<ImapFlow> {
  const { imap, login: settings, secrets } = wish
  if (imap.auth === 'password' && !secrets['smtp.password'])
    throw new MailboxError('settings', 'there is no password (feedback.imap.password)')
  const target = await targetOf(settings, { secrets, clock })
  if (target.kind !== 'target') throw new MailboxError('settings', target.reason)
  if (!target.login)
    throw new MailboxError('settings', 'there is no user name (feedback.imap.username)')
  const auth = await authOf(target.login)
  // Loaded here alone: only who reads a mailbox pays for it.
  const { ImapFlow } = await import('imapflow')
  const client = new ImapFlow({
    ...{ host: target.host, port: target.port, auth, tls: { ...target.tls } },
    secure: target.security === 'tls',
    ...(target.security !== 'tls' && { doSTARTTLS: target.security === 'starttls' }),
    ...{ logger: false, disableAutoIdle: true, maxIdleTime: idleMs, missingIdleCommand: 'NOOP' },
    ...{ connectionTimeout: silentMs.connect, greetingTimeout: silentMs.connect },
    ...{ socketTimeout: silentMs.idle, maxLiteralSize: mostReturnedBytes },
    maxResponseSize: 2 * mostReturnedBytes,
  })
  // It closes as well, and what is being asked of it fails with the reason.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.mailboxOpen(imap.folder)
    if (imap.moveTo !== null) await ensureFolder(client, imap.moveTo)
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

/** Servers have words of their own for a folder that is there already. */
async function ensureFolder(client: ImapFlow, path: string) {
  await client.mailboxCreate(path).catch((error: unknown) =>
    client.status(path, { messages: true }).catch(() => {
      throw error
    }),
  )
}

async function authOf(login: Login): Promise<AuthOptions> {
  if (login.kind === 'password') return { user: login.user, pass: login.pass }
  const token = await login.tokens.take()
  if (token.kind !== 'token') throw new MailboxError('login', token.reason)
  return { user: login.user, accessToken: token.token }
}
