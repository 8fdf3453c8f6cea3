import { connectionOn } from './connection.ts'
import type { Connection } from './connection.ts'
import { dial } from './dial.ts'
import type { DialOptions } from './dial.ts'
import { takeLine } from './line.ts'
import type { Line } from './line.ts'
import { offersOf } from './offers.ts'
import type { Offers } from './offers.ts'
import type { Target } from './target.ts'
import { troubleOf } from './trouble.ts'
import type { Trouble } from './trouble.ts'

/** A connection that is ready for emails, one after the other. */
export interface Session extends Connection, Line {
  readonly kind: 'session'
  readonly offers: Offers
  /** Emails that were begun on it. */
  used: number
}

/** Connects, secures the connection and logs in, as the settings say. */
export async function openSession(
  target: Target,
  options: DialOptions,
): Promise<Session | Trouble> {
  try {
    const connection = connectionOn(await dial(target, options), target, options.clock)
    return await setUp(connection, target, options.signal)
  } catch (error) {
    return troubleOf(error)
  }
}

async function setUp(
  connection: Connection,
  target: Target,
  signal: AbortSignal,
): Promise<Session | Trouble> {
  const { smtp, dialogue } = connection
  try {
    await connection.ask<void>(signal, (done) => smtp.connect(done))
    const offers = offersOf(dialogue.exchanges)
    const method = target.login && mechanismFor(target, smtp.secure, offers)
    if (typeof method === 'object') return discard(connection, method)
    if (method)
      await connection.ask<boolean>(signal, (done) => smtp.login({ ...target.login, method }, done))
    return Object.assign(connection, takeLine(connection), {
      kind: 'session' as const,
      offers,
      used: 0,
    })
  } catch (error) {
    return discard(connection, troubleOf(error))
  }
}

function discard(connection: Connection, trouble: Trouble): Trouble {
  connection.destroy()
  return trouble
}

/**
 * How to log in. Credentials never go out in the clear unless the administrator chose a
 * connection that is never encrypted: with `opportunistic` a man in the middle could choose it.
 */
function mechanismFor(target: Target, secure: boolean, { auth }: Offers): string | Trouble {
  if (!secure && target.security !== 'none')
    return blocked('this server has no TLS, and the password is not sent without it')
  if (auth.length === 0) return blocked('a username is set, but the server offers no login')
  return (
    mechanisms.find((mechanism) => auth.includes(mechanism)) ??
    blocked(`the server offers only unknown ways to log in: ${auth.join(' ').slice(0, 200)}`)
  )
}

/** Those that need a username and a password, in nodemailer's order of preference. */
const mechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5']

function blocked(reason: string): Trouble {
  return { kind: 'blocked', reason }
}
