import { isId } from '../../mail/email/id.ts'
import { jsonIn } from '../../mail/email/json.ts'
import { remoteText } from '../../mail/email/outcome.ts'
import { isFromSendGrid, type Signed } from './event-signature.ts'
import { bounceOfStatus, statusIn, type BounceKind, type Signal } from '../../mail/email/signal.ts'

/** One event as SendGrid sends it; the fields that are read. Everything in it may be missing. */
type SendGridEvent = Readonly<Record<string, unknown>>

/**
 * Reads a batch of SendGrid's event webhook, if SendGrid signed it.
 *
 * @param publicKey base64 of SPKI DER, as SendGrid shows it
 * @param now milliseconds since the epoch
 */
export function readBatch(
  signed: Signed,
  publicKey: string,
  now: number,
): readonly Signal[] | 'unsigned' | 'unreadable' {
  if (!isFromSendGrid(signed, publicKey, now)) return 'unsigned'
  return signalsIn(signed.body) ?? 'unreadable'
}

/**
 * What a batch of SendGrid's event webhook says, one signal an event. Events that say nothing of an
 * email, or nothing that is known, are left out: SendGrid adds new ones at any time.
 *
 * @param body as it came, its signature checked
 * @returns undefined for what is no batch
 */
export function signalsIn(body: Buffer): Signal[] | undefined {
  const events = jsonIn(body.toString('utf8'))
  return Array.isArray(events)
    ? events.flatMap((event: unknown) => signalOf(event) ?? [])
    : undefined
}

function signalOf(event: unknown): Signal | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined
  const fields = event as SendGridEvent
  const [id, address, at] = [wordIn(fields, 'sg_event_id'), wordIn(fields, 'email'), timeOf(fields)]
  const said = meaningOf(fields)
  if (!said || !id || !address || at === undefined) return undefined
  const emailId = wordIn(fields, 'postern_id')
  return {
    source: 'sendgrid',
    key: id,
    at,
    address,
    ...(emailId && isId(emailId) && { emailId }),
    ...said,
  }
}

type Said = Pick<Signal, 'kind'> & Partial<Signal>

function meaningOf(fields: SendGridEvent): Said | undefined {
  switch (fields['event']) {
    case 'processed':
      return { kind: 'accepted' }
    case 'delivered':
      return { kind: 'delivered', reported: true, ...wordsOf(fields, 'response') }
    case 'deferred':
      return { kind: 'delayed', ...wordsOf(fields, 'response') }
    case 'bounce':
    case 'blocked':
      return {
        kind: 'bounced',
        reported: true,
        bounce: bounceOf(fields),
        ...wordsOf(fields, 'reason'),
      }
    case 'dropped':
      return { ...droppedFor(wordIn(fields, 'reason')), ...wordsOf(fields, 'reason') }
    case 'spamreport':
      return { kind: 'complained' }
    case 'unsubscribe':
      return { kind: 'unsubscribed' }
    case 'group_unsubscribe':
      return { kind: 'unsubscribed', ...listOf(fields) }
    case 'open':
      return { kind: 'opened', visit: visitOf(fields) }
    case 'click':
      return { kind: 'clicked', visit: visitOf(fields) }
    default:
      return undefined
  }
}

/** `blocked` is about this time; of a bounce the status decides, and without one SendGrid's own word. */
function bounceOf(fields: SendGridEvent): BounceKind {
  const status = statusOf(fields)
  const byStatus = bounceOfStatus(status)
  const isBlocked = fields['event'] === 'blocked' || fields['type'] === 'blocked'
  if (isBlocked) return byStatus === 'policy' ? 'policy' : 'soft'
  if (byStatus) return byStatus
  const classification = wordIn(fields, 'bounce_classification')?.toLowerCase()
  return classification === 'invalid address' ? 'hard' : 'soft'
}

/** What SendGrid's own lists hold; the rest it refused for this email. */
const lists: Readonly<Record<string, Said>> = {
  'bounced address': { kind: 'suppressed', origin: 'bounce' },
  'spam reporting address': { kind: 'suppressed', origin: 'complaint' },
  invalid: { kind: 'suppressed', origin: 'bounce' },
  // Its owner said so to SendGrid: told as an unsubscribe, it would count twice.
  'unsubscribed address': { kind: 'suppressed', spared: true },
}

function droppedFor(reason = ''): Said {
  return lists[reason.toLowerCase()] ?? { kind: 'rejected' }
}

/** SendGrid's group of unsubscribes, where an email was sent with one. */
function listOf(fields: SendGridEvent): Pick<Signal, 'list'> {
  const group = fields['asm_group_id']
  return typeof group === 'number' || typeof group === 'string'
    ? { list: String(group).slice(0, 100) }
    : {}
}

function visitOf(fields: SendGridEvent): Signal['visit'] {
  const [link, userAgent, ip] = ['url', 'useragent', 'ip'].map((name) => wordIn(fields, name))
  const isMachine = fields['sg_machine_open']
  return {
    ...(link && { link }),
    ...(userAgent && { userAgent: remoteText(userAgent) }),
    ...(ip && { ip }),
    ...(typeof isMachine === 'boolean' && { automated: isMachine }),
  }
}

function wordsOf(fields: SendGridEvent, name: 'response' | 'reason') {
  const [status, words] = [statusOf(fields), wordIn(fields, name)]
  const word = wordIn(fields, 'bounce_classification')
  return {
    ...(status && { status }),
    ...(words && { text: remoteText(words) }),
    ...(word && { word: remoteText(word) }),
  }
}

function statusOf(fields: SendGridEvent): string | undefined {
  return statusIn(wordIn(fields, 'status')) ?? statusIn(wordIn(fields, 'reason'))
}

/** Seconds, at times as text. */
function timeOf(fields: SendGridEvent): number | undefined {
  const seconds = Number(fields['timestamp'])
  return Number.isInteger(seconds) && seconds > 0 && seconds < 1e11 ? seconds * 1_000 : undefined
}

/** Characters; a link may be this long. */
const longestWord = 2_000

function wordIn(fields: SendGridEvent, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return typeof value === 'string' && value !== '' && value.length <= longestWord
    ? value
    : undefined
}
