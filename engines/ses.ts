import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  SendEmailCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2'
import type { EngineContext } from '../mail/ports/fleet.ts'
import { withLeft, type Outcome, type Verdict } from '../mail/email/outcome.ts'
import type { Parcel } from '../mail/email/parcel.ts'
import type { Engine } from '../mail/ports/engine.ts'
import { httpConnections } from './http/exchange.ts'
import { rateOfAccount, verdictOfAccount } from './ses/account.ts'
import { inputOf, mostRecipients } from './ses/input.ts'
import { areRefused, faultOfCall, judge, ofRecipients } from './ses/judge.ts'
import { warningsOfList } from './ses/list-access.ts'
import { ofSender } from './ses/refused-sender.ts'
import { verdictOfSender } from './ses/sender.ts'
import { observedHandler, callUnder, type CallOptions, type Flight } from './ses/transport.ts'

/**
 * How long SES's answers about the account are believed, in milliseconds: it answers about one call
 * per second that is no send, for the whole account.
 */
const accountMs = 300_000

/** Longest that emails wait to be told the rate, in milliseconds. */
const rateMs = 5_000

/**
 * Hands emails to Amazon SES. Credentials and endpoint, and the Region unless it is set, are the AWS
 * SDK's own business: the role of the process, or the AWS_* variables.
 */
export function sesEngine({ settings, clock }: EngineContext): Engine {
  const connections = httpConnections(clock)
  const requestHandler = observedHandler(connections)
  // One try: SES has no idempotency token, so a retry of the SDK can send an email twice.
  const open = () => new SESv2Client({ ...regionOf(settings), maxAttempts: 1, requestHandler })
  let client = open()
  let lastVerdict: Verdict = { valid: true }
  let inOrderUntil = 0
  let lastRate: Promise<number | null> = Promise.resolve(null)
  let rateUntil = 0

  /** Credentials that SES refuses are never asked for again by the same client. */
  async function call<Output>(
    work: (options: CallOptions) => Promise<Output>,
    signal: AbortSignal,
    flight: Flight = {},
  ): Promise<Output> {
    try {
      return await callUnder(work, signal, flight)
    } catch (error) {
      if (areRefused(error as Error)) {
        client.destroy()
        client = open()
      }
      throw error
    }
  }

  function account(signal: AbortSignal, flight?: Flight) {
    return call((options) => client.send(new GetAccountCommand(), options), signal, flight)
  }

  async function isVerified(identity: string, signal: AbortSignal): Promise<boolean> {
    const command = new GetEmailIdentityCommand({ EmailIdentity: identity })
    const answer = await call((options) => client.send(command, options), signal)
    return answer.VerifiedForSendingStatus === true
  }

  async function tryOnce(
    input: Awaited<ReturnType<typeof inputOf>>,
    parcel: Parcel,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const flight: Flight = {}
    const command = new SendEmailCommand(input)
    return call((it) => client.send(command, it), signal, flight).then(
      ({ MessageId }) => judge({ remoteId: MessageId }, flight, clock.now()),
      (error: Error) => {
        const judged = ofRecipients(judge({ error }, flight, clock.now()), parcel)
        return ofSender(judged, parcel, settings.from.address)
      },
    )
  }

  async function askVerdict(signal: AbortSignal): Promise<Verdict> {
    const flight: Flight = {}
    try {
      const verdict = verdictOfAccount(await account(signal, flight))
      const { address } = settings.from
      if (!verdict.valid || !address) return verdict
      const sender = await verdictOfSender(address, (identity) => isVerified(identity, signal))
      if (!sender.valid) return sender
      const warnings = await warningsOfList((command) =>
        call((options) => client.send(command, options), signal),
      )
      return withWarnings(withWarnings(verdict, sender), { valid: true, warnings })
    } catch (error) {
      return { valid: false, reason: faultOfCall(error as Error, flight) }
    }
  }

  return {
    name: 'ses',
    async send(parcel, signal): Promise<Outcome> {
      if (await namesSeveral(parcel)) return severalAuthors
      const input = await inputOf(parcel, settings)
      const outcome = await tryOnce(input, parcel, signal)
      const others = isAboutTags(outcome)
        ? { ...input, EmailTags: input.EmailTags.slice(0, 1) }
        : input
      const last = others === input ? outcome : await tryOnce(others, parcel, signal)
      return withLeft(last, parcel.envelope.to.slice(mostRecipients))
    },
    async verify(signal): Promise<Verdict> {
      if (clock.now() < inOrderUntil) return lastVerdict
      lastVerdict = await askVerdict(signal)
      if (lastVerdict.valid) inOrderUntil = clock.now() + accountMs
      return lastVerdict
    },
    rate(signal) {
      if (clock.now() < rateUntil) return lastRate
      rateUntil = clock.now() + accountMs
      const before = lastRate
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(rateMs)])
      lastRate = account(inTime).then(rateOfAccount, () => before)
      return lastRate
    },
    async close() {
      client.destroy()
      connections.close()
    },
  }
}

/** Nothing was taken: rather than fail for its tags, an email leaves with ours alone. */
function isAboutTags(outcome: Outcome): boolean {
  return outcome.kind === 'rejected' && /^BadRequest\w*:.*\btags?\b/i.test(outcome.reason)
}

function regionOf({ ses }: EngineContext['settings']) {
  return ses.region === null ? {} : { region: ses.region }
}

/** Only a raw email can; what reads its header is loaded for those alone. */
async function namesSeveral({ content, composed }: Parcel): Promise<boolean> {
  if (content.kind !== 'raw') return false
  const { hasSeveralAuthors } = await import('./ses/several-authors.ts')
  return hasSeveralAuthors(await composed())
}

const severalAuthors: Outcome = {
  kind: 'rejected',
  reason: 'ses cannot carry this email unchanged: it has several authors',
  elsewhere: true,
}

function withWarnings(one: Valid, other: Valid): Valid {
  const warnings = [...(one.warnings ?? []), ...(other.warnings ?? [])]
  return { ...one, ...(warnings.length > 0 && { warnings }) }
}

type Valid = Verdict & { valid: true }
