import type { Outcome } from '../../mail/email/outcome.ts'
import type { Login } from './target.ts'

/**
 * Takes secrets out of what a server said, in the forms in which they were sent: a server may quote
 * what it refuses, and reasons are shown to people who must not know them.
 *
 * @param secrets what is stored, by its name
 */
export function conceal(login: Login | undefined, secrets: Readonly<Record<string, string>>) {
  const stored = Object.entries(secrets).flatMap(([name, secret]) =>
    name.startsWith('smtp.') ? formsOf(secret) : [],
  )
  const plain = login?.kind === 'password' ? [base64(`\0${login.user}\0${login.pass}`)] : []
  return (text: string) => {
    const tokens = login?.kind === 'tokens' ? login.tokens.known.flatMap(formsOf) : []
    const all = [...plain, ...stored, ...tokens]
    return all.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // Half a surrogate pair leaves as U+FFFD, and cannot be written in a URL.
  const inUrl = encodeURIComponent(secret.toWellFormed())
  // Without padding it is found with it too, and in base64 that is cut off there.
  const coded = [base64(secret).replace(/=+$/, ''), bytes.toString('base64url')]
  return [...coded, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), inUrl, secret]
}

/** The outcome with every word of the server concealed. */
export function concealOutcome(outcome: Outcome, hide: (text: string) => string): Outcome {
  const reason = outcome.reason === undefined ? {} : { reason: hide(outcome.reason) }
  const refused =
    'refused' in outcome && outcome.refused
      ? { refused: outcome.refused.map((one) => ({ ...one, reason: hide(one.reason) })) }
      : {}
  return { ...outcome, ...reason, ...refused }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
