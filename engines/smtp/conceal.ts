import type { Outcome } from '../../mail/email/outcome.ts'

/**
 * Takes the password out of what a server said, in the forms in which it was sent: a server may
 * quote what it refuses, and reasons are shown to people who must not know it.
 */
export function conceal(login: { user: string; pass: string } | undefined) {
  if (!login) return (text: string) => text
  const secrets = [base64(`\0${login.user}\0${login.pass}`), base64(login.pass), login.pass]
  return (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
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
