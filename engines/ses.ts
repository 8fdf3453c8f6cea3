import { GetAccountCommand, SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import type { EngineContext } from '../mail/fleet.ts'
import type { Outcome, Verdict } from '../mail/outcome.ts'
import type { Parcel } from '../mail/parcel.ts'
import type { Engine } from '../mail/ports.ts'
import { encodedMailbox } from './encoded-mailbox.ts'
import { httpConnections } from './http/exchange.ts'
import { verdictOfAccount } from './ses/account.ts'
import { areRefused, faultOfCall, judge } from './ses/judge.ts'
import { observedHandler, callUnder, type Flight } from './ses/transport.ts'

/**
 * How long an account found in order is believed, in milliseconds: SES answers about one call per
 * second that is no send, for the whole account.
 */
const accountMs = 300_000

/**
 * Hands emails to Amazon SES. Region, credentials and endpoint are the AWS SDK's own business: the
 * role of the process, or the AWS_* variables.
 */
export function sesEngine({ settings, clock }: EngineContext): Engine {
  const connections = httpConnections(clock)
  const requestHandler = observedHandler(connections)
  // One try: SES has no idempotency token, so a retry of the SDK can send an email twice.
  const open = () => new SESv2Client({ maxAttempts: 1, requestHandler })
  let client = open()
  let inOrderUntil = 0

  /** Credentials that SES refuses are never asked for again by the same client. */
  function renew() {
    client.destroy()
    client = open()
  }

  return {
    name: 'ses',
    async send(parcel, signal): Promise<Outcome> {
      const input = await inputOf(parcel, settings.ses.configurationSet)
      const flight: Flight = {}
      try {
        const command = new SendEmailCommand(input)
        const { MessageId } = await callUnder((it) => client.send(command, it), signal, flight)
        return judge({ remoteId: MessageId }, flight, clock.now())
      } catch (error) {
        if (areRefused(error as Error)) renew()
        return judge({ error: error as Error }, flight, clock.now())
      }
    },
    async verify(signal): Promise<Verdict> {
      if (clock.now() < inOrderUntil) return { valid: true }
      const flight: Flight = {}
      try {
        const command = new GetAccountCommand()
        const account = await callUnder((it) => client.send(command, it), signal, flight)
        const verdict = verdictOfAccount(account)
        if (verdict.valid) inOrderUntil = clock.now() + accountMs
        return verdict
      } catch (error) {
        if (areRefused(error as Error)) renew()
        return { valid: false, reason: faultOfCall(error as Error, flight) }
      }
    },
    async close() {
      client.destroy()
      connections.close()
    },
  }
}

/**
 * With raw content, Destination alone is the envelope and the header stays as composed; Bcc is the
 * one list that can show nobody's address. FromEmailAddress replaces the From header, name and
 * all, so it says the same. SES chooses MAIL FROM itself and passes bounces on to the address in
 * FeedbackForwardingEmailAddress.
 */
async function inputOf(parcel: Parcel, configurationSet: string | null) {
  const { from, envelope, tags, id } = parcel
  const bouncesTo = envelope.from !== '' && envelope.from !== from.address
  const named = tags.filter(({ name }) => name !== 'postern_id')
  return {
    FromEmailAddress: encodedMailbox(from),
    ...(bouncesTo && { FeedbackForwardingEmailAddress: envelope.from }),
    Destination: { BccAddresses: [...envelope.to] },
    Content: { Raw: { Data: await parcel.composed() } },
    EmailTags: [
      { Name: 'postern_id', Value: id },
      ...named.map(({ name, value }) => ({ Name: name, Value: value })),
    ].slice(0, mostTags),
    ...(configurationSet && { ConfigurationSetName: configurationSet }),
  } satisfies SendEmailCommandInput
}

/** SES takes 50 tags an email; ours comes first. */
const mostTags = 50
