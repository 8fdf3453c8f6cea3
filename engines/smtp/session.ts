import { connectionOn } from './connection.ts'
import type { Connection } from './connection.ts'
import { dial } from './dial.ts'
import type { DialOptions } from './dial.ts'
import type { Line } from './line.ts'
import { logIn } from './login.ts'
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

/** A failure, and with what it may be tried again at once. */
type Failure = Trouble & { readonly again?: Target }

/** Most tries for one session: with TLS, without a check of the certificate, and in clear text. */
const mostTries = 3

/** Connects, secures the connection and logs in, as the settings say. */
export async function openSession(
  target: Target,
  options: DialOptions,
): Promise<Session | Trouble> {
  let opened = await openOnce(target, options)
  for (let tries = 1; opened.kind !== 'session' && opened.again && tries < mostTries; tries++)
    opened = await openOnce(opened.again, options)
  return opened
}

async function openOnce(target: Target, options: DialOptions): Promise<Session | Failure> {
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
): Promise<Session | Failure> {
  const { smtp, dialogue } = connection
  try {
    await connection.ask<void>(signal, (done) => smtp.connect(done))
    const offers = offersOf(dialogue.exchanges)
    const line = await logIn(connection, target, offers, signal)
    if ('kind' in line)
      return discard(connection, { ...line, ...(line.stale && { again: target }) })
    return Object.assign(connection, line, { kind: 'session' as const, offers, used: 0 })
  } catch (error) {
    const again = isInHandshake(connection) && !signal.aborted ? weaker(target) : undefined
    return discard(connection, { ...troubleOf(error), ...(again && { again }) })
  }
}

function discard(connection: Connection, failure: Failure): Failure {
  connection.destroy()
  return failure
}

/** Whether TLS was agreed upon and has not come about. */
function isInHandshake({ dialogue }: Connection): boolean {
  const last = dialogue.exchanges.at(-1)
  return last?.command === 'STARTTLS' && last.reply?.code === 220
}

/**
 * What is better than not sending where TLS is welcome but not required, and no password at stake:
 * encryption without knowing for whom, then none (RFC 7435).
 */
function weaker(target: Target): Target | undefined {
  if (target.security !== 'opportunistic' || target.login) return undefined
  if (target.tls.rejectUnauthorized)
    return { ...target, tls: { ...target.tls, rejectUnauthorized: false } }
  return { ...target, security: 'none' }
}
