import { comparisonKey } from '../../mail/email/address.ts'
import { remoteText, type Outcome } from '../../mail/email/outcome.ts'
import { outcomeOfLoss, outcomeOfStatus } from '../http/judge.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Answer } from '../http/exchange.ts'
import { noTimeToSign, type Flight } from './transport.ts'

/** What the SDK made of a call. */
type Result = { readonly remoteId?: string } | { readonly error: Error }

/** Sending faster than the account may: nothing was taken. */
const throttles = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'Throttling',
  'RequestThrottled',
  'RequestThrottledException',
])

/** An operator must act: pausing, suspension, identities, permissions, the configuration set. */
const aboutAccount = new Set([
  'SendingPausedException',
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'LimitExceededException',
  'NotFoundException',
  'AccessDeniedException',
  'AccessDenied',
  'OptInRequired',
])

const aboutCredentials = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
])

/** The status and the headers decide where the body cannot be read. */
export function judge(result: Result, { started, exchange }: Flight, now: number): Outcome {
  if ('remoteId' in result && result.remoteId)
    return { kind: 'sent', remoteId: remoteText(result.remoteId) }
  if (exchange?.kind === 'lost') return outcomeOfLoss(exchange)
  if (exchange && exchange.status < 300) return ofUnreadableYes(exchange)
  const error = 'error' in result ? result.error : new Error('no answer')
  if (!exchange) return ofNoExchange(error, started === true)
  return ofRefusal(error, exchange, now)
}

/** Without a message id: only a success that carries AWS's request id comes from SES. */
function ofUnreadableYes({ status, headers }: Answer): Outcome {
  if (headers['x-amzn-requestid']) return { kind: 'sent' }
  const reason = `answered ${status} without a message id, which SES never does`
  return { kind: 'ambiguous', reason }
}

/** Nothing left this process for SES: no region, no credentials, or no time to find them. */
function ofNoExchange(error: Error, started: boolean): Outcome {
  const reason = wordsOf(error)
  if (started) return { kind: 'ambiguous', reason }
  return { kind: error.message === noTimeToSign ? 'deferred' : 'blocked', reason }
}

function ofRefusal(error: Error, answer: Answer, now: number): Outcome {
  const reason = wordsOf(error)
  // The SDK has just set its clock right by the answer: the next request will be signed well.
  if (clockCorrected(error)) return { kind: 'deferred', reason }
  if (isAboutAccount(error)) return { kind: 'blocked', reason }
  // SES also says it with status 400.
  const status = throttles.has(error.name) ? 429 : answer.status
  return outcomeOfStatus({ ...answer, status }, reason, now)
}

/** Also by its words: SES says MessageRejected of an email and of a sender it does not know. */
function isAboutAccount({ name, message }: Error): boolean {
  if (aboutAccount.has(name) || aboutCredentials.has(name)) return true
  if (throttles.has(name)) return /daily/i.test(message)
  return /address is not verified|sending (is )?(paused|disabled|suspended)/i.test(message)
}

/**
 * In the sandbox an unverified recipient is refused in the same words as an unverified sender:
 * that is about this email, and no reason to pause the engine for all.
 */
export function ofRecipients(outcome: Outcome, { from, envelope }: Parcel): Outcome {
  if (outcome.kind !== 'blocked') return outcome
  const [, list] = /failed the check[^:]*:\s*(.+)$/i.exec(outcome.reason) ?? []
  const named = list?.split(/[,\s]+/).map(comparisonKey) ?? []
  const recipients = envelope.to.map(comparisonKey)
  const isAboutThem =
    named.length > 0 &&
    named.every((name) => recipients.includes(name)) &&
    !named.includes(comparisonKey(from.address))
  return isAboutThem ? { kind: 'rejected', reason: outcome.reason } : outcome
}

/** Credentials that were refused for themselves, not for the clock they were used under. */
export function areRefused(error: Error): boolean {
  return aboutCredentials.has(error.name) && !clockCorrected(error)
}

function clockCorrected(error: Error): boolean {
  const { $metadata } = error as { $metadata?: { clockSkewCorrected?: boolean } }
  return aboutCredentials.has(error.name) && $metadata?.clockSkewCorrected === true
}

/** Why SES could not be asked, for a verdict. */
export function faultOfCall(error: Error, { exchange }: Flight): string {
  return exchange?.kind === 'lost' ? exchange.reason : wordsOf(error)
}

function wordsOf(error: Error): string {
  if (error.name === 'CredentialsProviderError')
    return 'no AWS credentials: run with a role that may send, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  if (/region is missing/i.test(error.message)) return 'no AWS region: set AWS_REGION'
  return remoteText(error.name === 'Error' ? error.message : `${error.name}: ${error.message}`)
}
