import { remoteText } from '../../mail/email/outcome.ts'
import type { Dialogue } from './dialogue.ts'
import type { Line } from './line.ts'
import { oneLine } from './one-line.ts'
import type { Trouble } from './trouble.ts'

/** The ways to log in with an access token; the first is the one that every provider has. */
export const bearerMechanisms = ['XOAUTH2', 'OAUTHBEARER'] as const

interface BearerLogin {
  readonly mechanism: (typeof bearerMechanisms)[number]
  readonly user: string
  readonly token: string
  readonly host: string
  readonly port: number
}

/** RFC 4954 section 4: an AUTH command is as long as any other (RFC 5321 section 4.5.3.1.4). */
const longestCommand = 510

/** Logs in; undefined when that worked. The token enters no record of what was said. */
export async function logInWithToken(
  line: Line & { readonly dialogue: Dialogue },
  login: BearerLogin,
  signal: AbortSignal,
): Promise<Trouble | undefined> {
  const { dialogue } = line
  const { mechanism } = login
  const response = Buffer.from(responseOf(login)).toString('base64')
  const whole = `AUTH ${mechanism} ${response}`

  async function say(text: string) {
    dialogue.say(`AUTH ${mechanism}`)
    line.write(Buffer.from(`${text}\r\n`))
    await line.answers(signal)
    return dialogue.exchanges.at(-1)?.reply ?? { code: 0, text: '' }
  }

  let reply = await say(whole.length > longestCommand ? `AUTH ${mechanism}` : whole)
  if (whole.length > longestCommand && reply.code === 334) reply = await say(response)
  const why = reply.code === 334 ? detailOf(reply.text) : ''
  // What is wrong was told; the refusal comes when that is acknowledged (RFC 7628 section 3.2.3).
  if (reply.code === 334) reply = await say(mechanism === 'XOAUTH2' ? '' : 'AQ==')
  if (reply.code === 235) return undefined
  const reason = remoteText(`login refused: ${oneLine(reply.text)}${why && ` (${why})`}`)
  return { kind: reply.code >= 500 ? 'blocked' : 'deferred', code: reply.code, reason }
}

/** RFC 7628 section 3.1, and what Google and Microsoft call XOAUTH2. */
function responseOf({ mechanism, user, token, host, port }: BearerLogin): string {
  if (mechanism === 'XOAUTH2') return `user=${user}\x01auth=Bearer ${token}\x01\x01`
  const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C')
  return `n,a=${name},\x01host=${host}\x01port=${port}\x01auth=Bearer ${token}\x01\x01`
}

/** The reason for a refusal, as JSON in base64. */
function detailOf(text: string): string {
  return Buffer.from(text.slice(4).trim(), 'base64').toString()
}
