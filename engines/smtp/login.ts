import { bearerMechanisms, logInWithToken } from './bearer-login.ts'
import type { Connection } from './connection.ts'
import { takeLine } from './line.ts'
import type { Line } from './line.ts'
import type { Offers } from './offers.ts'
import type { Login, Target } from './target.ts'
import type { Trouble } from './trouble.ts'

/** Why a login failed; `stale`: with an access token that was kept, so a new one may do. */
interface LoginTrouble extends Trouble {
  readonly stale?: boolean
}

/**
 * Logs in as the settings say and takes the connection over from nodemailer. Rejects as
 * `Connection.ask` does, or as nodemailer does when the password is refused.
 */
export async function logIn(
  connection: Connection,
  target: Target,
  offers: Offers,
  signal: AbortSignal,
): Promise<Line | LoginTrouble> {
  const { login } = target
  if (!login) return takeLine(connection)
  const hindrance = hindranceOf(target, connection.smtp.secure, offers)
  if (hindrance) return hindrance
  if (login.kind === 'tokens') return withToken(connection, { target, login, offers }, signal)
  const method = mechanisms.password.find((name) => offers.auth.includes(name))
  if (!method) return unknown(offers)
  await connection.ask<boolean>(signal, (done) =>
    connection.smtp.login({ user: login.user, pass: login.pass, method }, done),
  )
  return takeLine(connection)
}

/**
 * Credentials never go out in the clear unless the administrator chose a connection that is never
 * encrypted: with `opportunistic` a man in the middle could choose it.
 */
function hindranceOf(target: Target, secure: boolean, { auth }: Offers): Trouble | undefined {
  if (!secure && target.security !== 'none')
    return blocked('this server has no TLS, and the password is not sent without it')
  if (auth.length === 0) return blocked('a username is set, but the server offers no login')
  return undefined
}

interface TokenLogin {
  readonly target: Target
  readonly login: Login & { kind: 'tokens' }
  readonly offers: Offers
}

async function withToken(
  connection: Connection,
  { target: { host, port }, login: { user, tokens }, offers }: TokenLogin,
  signal: AbortSignal,
): Promise<Line | LoginTrouble> {
  const mechanism = mechanisms.tokens.find((name) => offers.auth.includes(name))
  if (!mechanism) return unknown(offers)
  const { known } = tokens
  const taken = await tokens.take()
  if (taken.kind !== 'token') return taken
  const { token } = taken
  const line = takeLine(connection)
  const spoken = { ...line, dialogue: connection.dialogue }
  const trouble = await logInWithToken(spoken, { mechanism, user, token, host, port }, signal)
  if (!trouble) return line
  if (trouble.kind === 'blocked') tokens.drop(token)
  return { ...trouble, stale: trouble.kind === 'blocked' && known.includes(token) }
}

/** The ways that we know, in the order of preference; those for a password are nodemailer's. */
const mechanisms = { password: ['PLAIN', 'LOGIN', 'CRAM-MD5'], tokens: bearerMechanisms }

function unknown({ auth }: Offers): Trouble {
  const offered = auth.join(' ').slice(0, 200)
  return blocked(`the server offers only unknown ways to log in: ${offered}`)
}

function blocked(reason: string): Trouble {
  return { kind: 'blocked', reason }
}
