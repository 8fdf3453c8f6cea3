import { storageTrouble } from '../mail/trouble.ts'
import type { Acceptance } from '../mail/accept/accept.ts'
import type { Rebuff } from '../mail/keys/gate.ts'
import type { Fault } from '../mail/request/fault.ts'

/**
 * Why a command is refused, as the client is told: smtp-server answers with `responseCode` and the
 * text, which begins with the enhanced code (RFC 3463).
 */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal'
  readonly responseCode: number

  constructor(responseCode: number, enhancedCode: string, text: string) {
    super(`${enhancedCode} ${text}`)
    this.responseCode = responseCode
  }
}

/** How SMTP says that an email was not accepted. 4xx: the same again may do later. */
export function refusalOfAcceptance(no: Exclude<Acceptance, { kind: 'accepted' }>): SmtpRefusal {
  switch (no.kind) {
    case 'invalid':
      return refusalOfFaults(no.faults)
    case 'forbidden':
      return new SmtpRefusal(550, '5.7.1', `not allowed: ${no.reason}`)
    case 'unavailable':
      return new SmtpRefusal(451, '4.3.0', `no email is accepted: ${no.reason}`)
    case 'conflict':
      return new SmtpRefusal(
        554,
        '5.5.0',
        'this Resend-Idempotency-Key was used with another email within the last 24 hours',
      )
    case 'running':
      return new SmtpRefusal(451, '4.3.0', 'the same email is being accepted right now')
  }
}

/** RFC 1870 section 6.1: there never is room for it. */
export function tooLarge(most: number): SmtpRefusal {
  return new SmtpRefusal(552, '5.3.4', `the email is larger than ${most} bytes`)
}

/** RFC 1870 section 6.1: there is no room for it now. */
export function tooMuch(): SmtpRefusal {
  return new SmtpRefusal(452, '4.3.1', 'too many large emails at once: try again later')
}

/** Every fault with its rule, on one line. */
function refusalOfFaults(faults: readonly Fault[]): SmtpRefusal {
  const rules = faults.map(({ field, rule }) => `${field}: ${rule}`)
  return new SmtpRefusal(554, '5.6.0', rules.join('; '))
}

/** What the client is told of a thrown error. Text of unforeseen errors may hold anything. */
export function refusalOf(error: unknown): SmtpRefusal {
  if (error instanceof SmtpRefusal) return error
  switch (storageTrouble(error)) {
    case 'full':
      return new SmtpRefusal(452, '4.3.1', 'storage is full: nothing was accepted')
    case 'readOnly':
      return new SmtpRefusal(452, '4.3.1', 'storage is read-only: nothing was accepted')
    default:
      return new SmtpRefusal(451, '4.3.0', "internal error; see Postern's log")
  }
}

/** Why a caller is not let in. */
export function refusalOfCaller(why: Rebuff): SmtpRefusal {
  switch (why) {
    case 'missing':
      return new SmtpRefusal(530, '5.7.0', `authentication required: ${howToLogIn}`)
    case 'foreign':
    case 'noProject':
    case 'projectGone':
      return new SmtpRefusal(535, '5.7.8', 'login failed: the project of this login does not exist')
    default:
      return new SmtpRefusal(535, '5.7.8', `login failed: ${howToLogIn}`)
  }
}

const howToLogIn = 'any user name, with an API key as the password'
