import { remoteText, type Outcome } from '../../mail/email/outcome.ts'
import { isTlsFault } from '../../mail/email/tls-fault.ts'
import { oneLine } from './one-line.ts'

/**
 * Why no email could even be offered: `blocked` when the engine's settings or the server's
 * standing towards us must change first, `deferred` when it may work by itself in a while.
 */
export interface Trouble {
  readonly kind: 'blocked' | 'deferred'
  readonly reason: string
  /** The server's own code, where it spoke. */
  readonly code?: number
}

/** What it means for the email that was to be offered, and for every other one. */
export function outcomeOfTrouble({ kind, reason }: Trouble): Outcome {
  return kind === 'blocked' ? { kind, reason } : { kind, reason, ofEngine: true }
}

/** What nodemailer and Node say when a connection fails. */
interface ConnectionError extends NodeJS.ErrnoException {
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
  readonly originalCode?: string
}

/**
 * Judges a failure before the first email. A refusal for good (5yz) is about us, not about an
 * email: a refused greeting, STARTTLS or login. So is a name that does not exist, a certificate
 * or a TLS version. All else passes by itself.
 */
export function troubleOf(thrown: unknown): Trouble {
  const error = rootOf(thrown)
  if (error.response) return refusalOf(error, error.response)
  const code = error.originalCode ?? error.code ?? ''
  const kind = unknownName.test(code) || isTlsFault(code) ? 'blocked' : 'deferred'
  return { kind, reason: remoteText(error.message || code) }
}

function refusalOf({ command = '', responseCode: code = 0 }: ConnectionError, response: string) {
  const stage = stages.find(([pattern]) => pattern.test(command))?.[1] ?? 'greeting'
  const kind = code >= 500 && code < 600 ? 'blocked' : 'deferred'
  return { kind, code, reason: remoteText(`${stage} refused: ${oneLine(response)}`) } as const
}

const stages: readonly (readonly [RegExp, string])[] = [
  [/^AUTH/, 'login'],
  [/^STARTTLS/, 'STARTTLS'],
  [/^(EHLO|HELO)/, 'EHLO'],
]

/** A host name that does not exist; a failing or silent name server is EAI_AGAIN and may recover. */
const unknownName = /^(ENOTFOUND|EAI_(NONAME|NODATA|FAIL)|EBADNAME)/

/** Of several addresses that failed, the first tells why; the error around them has no text. */
function rootOf(thrown: unknown): ConnectionError {
  if (thrown instanceof AggregateError && thrown.errors[0] instanceof Error) return thrown.errors[0]
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
