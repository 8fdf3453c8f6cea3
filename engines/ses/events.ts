import { comparisonKey } from '../../mail/email/address.ts'
import { isId } from '../../mail/email/id.ts'
import { jsonIn } from '../../mail/email/json.ts'
import { remoteText } from '../../mail/email/outcome.ts'
import { statusIn, type Signal, type SignalKind } from '../../mail/email/signal.ts'
import { verdictOfBounce } from './bounce-verdict.ts'

/** What a message from Amazon SES came to. */
export type SesEvent =
  | { readonly kind: 'signals'; readonly signals: readonly Signal[] }
  /** Of an email that is not ours: another program sends with the same configuration set. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** More than SES and SNS send (256 KB), in characters. */
const longest = 300_000

/** Most recipients that SES takes in one request. */
const mostRecipients = 50

/**
 * Reads one event as Amazon SES publishes it through SNS with raw delivery
 * (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html). Fields
 * that it does not know are passed over, as AWS asks. The tag `postern_id`, which only we set, says
 * which email it is about. Who may write to the queue is not asked here: its policy decides that.
 */
export function readSesEvent(body: string): SesEvent {
  if (body.length > longest) return { kind: 'unreadable', reason: 'it is too long' }
  const event = objectIn(jsonIn(body))
  const mail = objectIn(event['mail'])
  const name = textIn(event['eventType'])
  if (!name || !textIn(mail['messageId']))
    return { kind: 'unreadable', reason: 'it is no event of Amazon SES' }
  const [emailId] = listIn(objectIn(mail['tags'])['postern_id'])
  if (typeof emailId !== 'string' || !isId(emailId)) return { kind: 'foreign' }
  const read = readers[name]
  if (!read) return { kind: 'signals', signals: [] }
  const parts = { event, mail, emailId, destination: addressesIn(mail['destination']) }
  const told = read(parts).slice(0, mostRecipients)
  if (told.some(({ at }) => !isTime(at)))
    return { kind: 'unreadable', reason: 'it has no time that can be read' }
  return { kind: 'signals', signals: told.map((one) => signalOf(one, parts)) }
}

type Fields = Readonly<Record<string, unknown>>

interface Parts {
  readonly event: Fields
  readonly mail: Fields
  readonly emailId: string
  readonly destination: readonly string[]
}

/** A signal without what is the same for all of its event. */
type Told = Omit<Signal, 'source' | 'key' | 'emailId'> & { readonly feedbackId?: string }

/** The key is SES's own id where it gives one; else what is the same in every copy. */
function signalOf({ feedbackId, ...told }: Told, { mail, emailId }: Parts): Signal {
  const id = feedbackId ?? `${textIn(mail['messageId'])} ${told.at}`
  const key = `${told.kind} ${id} ${told.address ?? ''}`
  return { source: 'ses', key, emailId, ...told }
}

const readers: Readonly<Record<string, (parts: Parts) => Told[]>> = {
  Send: ({ mail, destination }) => toAll('accepted', destination, timeIn(mail)),
  Delivery: ({ event }) => {
    const delivery = objectIn(event['delivery'])
    const text = wordsIn(delivery['smtpResponse'])
    const told = toAll('delivered', addressesIn(delivery['recipients']), timeIn(delivery))
    return told.map((one) => ({ ...one, ...text }))
  },
  DeliveryDelay: ({ event, destination }) => {
    const delay = objectIn(event['deliveryDelay'])
    const word = { word: textIn(delay['delayType']) }
    return recipientsIn(delay['delayedRecipients'], destination).map((recipient) => ({
      kind: 'delayed',
      at: timeIn(delay),
      ...word,
      ...recipient,
    }))
  },
  Bounce: ({ event, destination }) => {
    const bounce = objectIn(event['bounce'])
    const type = textIn(bounce['bounceType']) ?? 'Undetermined'
    const subtype = textIn(bounce['bounceSubType']) ?? 'Undetermined'
    return recipientsIn(bounce['bouncedRecipients'], destination).map((recipient) => ({
      at: timeIn(bounce),
      feedbackId: textIn(bounce['feedbackId']),
      word: remoteText(`${type}/${subtype}`),
      ...recipient,
      ...verdictOfBounce(type, subtype, recipient),
    }))
  },
  Complaint: ({ event, destination }) => {
    const complaint = objectIn(event['complaint'])
    const recipients = recipientsIn(complaint['complainedRecipients'], destination)
    return recipients.map(({ address }) => ({
      at: timeIn(complaint),
      feedbackId: textIn(complaint['feedbackId']),
      word: textIn(complaint['complaintFeedbackType']) ?? textIn(complaint['complaintSubType']),
      ...(address !== undefined && { address }),
      ...verdictOfComplaint(complaint),
    }))
  },
  Reject: ({ event, mail, destination }) =>
    toAll('rejected', destination, timeIn(mail)).map((told) => ({
      ...told,
      ...wordsIn(objectIn(event['reject'])['reason']),
    })),
  Open: (parts) => [visitOf('opened', parts, 'open')],
  Click: (parts) => [visitOf('clicked', parts, 'click')],
}

/** On a list of SES: no one has complained again. What the recipient took back, or DMARC, is none. */
function verdictOfComplaint(complaint: Fields): Pick<Told, 'kind' | 'origin'> {
  const subtype = textIn(complaint['complaintSubType'])
  if (subtype?.endsWith('SuppressionList')) return { kind: 'suppressed', origin: 'complaint' }
  const isNone = ['not-spam', 'auth-failure'].includes(
    textIn(complaint['complaintFeedbackType']) ?? '',
  )
  return { kind: isNone ? 'accepted' : 'complained' }
}

/** Names no recipient: with several it is known of none. */
function visitOf(kind: 'opened' | 'clicked', { event }: Parts, name: string): Told {
  const { timestamp, ...visit } = objectIn(event[name])
  const field = (from: string, to: string) => {
    const text = textIn(visit[from])
    return text === undefined ? {} : { [to]: remoteText(text) }
  }
  return {
    kind,
    at: timeIn({ timestamp }),
    visit: {
      ...field('link', 'link'),
      ...field('userAgent', 'userAgent'),
      ...field('ipAddress', 'ip'),
    },
  }
}

function toAll(kind: SignalKind, addresses: readonly string[], at: number): Told[] {
  return addresses.map((address) => ({ kind, at, address }))
}

type Named = Pick<Signal, 'address' | 'status' | 'text'>

/**
 * Those that an event names. What it names may be the last address of a way that the email was
 * forwarded on: only one that SES sent it to is known, or the only one there is.
 */
function recipientsIn(value: unknown, destination: readonly string[]): Named[] {
  return listIn(value).map((one): Named => {
    const recipient = objectIn(one)
    const named = textIn(recipient['emailAddress'])
    const key = named === undefined ? undefined : comparisonKey(named)
    const isOwn = destination.some((address) => comparisonKey(address) === key)
    const only = destination.length === 1 ? destination[0] : undefined
    const address = isOwn ? named : only
    const words = textIn(recipient['diagnosticCode'])
    const status = statusOf(recipient)
    return {
      ...(address !== undefined && { address }),
      ...(status && { status }),
      ...(words !== undefined && { text: remoteText(words) }),
    }
  })
}

/** The words say more than a general status: SES gives 5.3.0 for a `550 5.1.1`. */
function statusOf(recipient: Fields): string | undefined {
  const given = statusIn(textIn(recipient['status']))
  const said = statusIn(textIn(recipient['diagnosticCode']))
  return given && !/\.0(?:\.0)?$/.test(given) ? given : (said ?? given)
}

function timeIn(fields: Fields): number {
  return Date.parse(textIn(fields['timestamp']) ?? '')
}

/** As far as ids can say: UUIDv7 has 48 bits for it. */
function isTime(at: number): boolean {
  return Number.isInteger(at) && at >= 0 && at < 2 ** 48
}

function objectIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function addressesIn(value: unknown): string[] {
  return listIn(value).filter((one) => typeof one === 'string')
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function wordsIn(value: unknown): { text?: string } {
  const text = textIn(value)
  return text === undefined ? {} : { text: remoteText(text) }
}
