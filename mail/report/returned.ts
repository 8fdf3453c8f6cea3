import { createHash } from 'node:crypto'
import { bytesOf } from '../email/mime-body.ts'
import { readFields, valueOf, type MimeField } from '../email/mime-fields.ts'
import { MimeBoundError, readMime, type MimePart } from '../email/mime-part.ts'
import { recipientReports, type RecipientReport } from './delivery-status.ts'
import { fieldGroups, type FieldGroup } from './field-groups.ts'
import { tokenIn, tokenInMark } from '../email/token.ts'

/** What an email that came to a bounce address says. */
export type Returned = Said & {
  /** What may prove which email it is about, the best first; none is checked yet. */
  readonly tokens: readonly string[]
  /** The same for the same report, whichever way and however often it comes. */
  readonly key: string
  /** When it was written, as it says: milliseconds since the epoch. */
  readonly at?: number
}

type Said =
  | { readonly kind: 'delivery'; readonly recipients: readonly RecipientReport[] }
  | {
      readonly kind: 'complaint'
      /** Such as `abuse` or `not-spam` (RFC 5965 section 3.1), in lower case. */
      readonly feedback: string
      /** Whom it was for; mostly left out, because providers do not tell. */
      readonly addresses: readonly string[]
    }
  /** Out of office, a receipt: nothing came back. */
  | { readonly kind: 'autoReply' }
  /** For a person to look at. */
  | { readonly kind: 'unknown'; readonly reason: string }

/**
 * Reads an email that came back: a delivery report (RFC 3464), a complaint (RFC 5965), an answer of
 * a machine, or what no one has told us how to read. Only its report decides, never its words: many
 * reports say of themselves that they are automatic replies.
 *
 * @param returnedTo the addresses it was sent to, as the door knows them
 */
export function readReturned(bytes: Buffer, returnedTo: readonly string[] = []): Returned {
  try {
    const root = readMime(bytes)
    const parts = [...leavesOf(root)]
    const said = reportIn(parts) ?? withoutReport(root)
    const report = parts.find(({ type }) => isReport(type))
    const key = keyOf(report ? report.body : bytes)
    const at = timeIn(valueOf(root.fields, 'date') ?? '')
    const tokens = tokensOf(root, parts, returnedTo)
    return { ...said, tokens, key, ...(at !== undefined && { at }) }
  } catch (error) {
    if (!(error instanceof MimeBoundError)) throw error
    const tokens = returnedTo.flatMap((address) => tokenIn(address) ?? [])
    return { kind: 'unknown', reason: `it has ${error.message}`, tokens, key: keyOf(bytes) }
  }
}

function* leavesOf(part: MimePart): Generator<MimePart> {
  if (part.parts.length === 0) yield part
  else for (const one of part.parts) yield* leavesOf(one)
}

/** RFC 6533 has a twin for addresses beyond ASCII. */
const deliveryTypes = ['message/delivery-status', 'message/global-delivery-status']
const complaintType = 'message/feedback-report'

function isReport(type: string): boolean {
  return deliveryTypes.includes(type) || type === complaintType
}

function reportIn(parts: readonly MimePart[]): Said | undefined {
  const report = parts.find(({ type }) => isReport(type))
  if (!report) return undefined
  const groups = fieldGroups(bytesOf(report))
  return report.type === complaintType ? complaintOf(groups) : deliveryOf(groups)
}

function deliveryOf(groups: readonly FieldGroup[]): Said {
  const recipients = recipientReports(groups)
  return recipients.length > 0
    ? { kind: 'delivery', recipients }
    : { kind: 'unknown', reason: 'its delivery report names no recipient' }
}

function complaintOf([fields]: readonly FieldGroup[]): Said {
  const feedback = fields?.get('feedback-type')?.toLowerCase()
  if (!feedback) return { kind: 'unknown', reason: 'its feedback report names no type' }
  const address = fields?.get('original-rcpt-to')?.replace(/^<|>$/g, '')
  return { kind: 'complaint', feedback, addresses: address ? [address] : [] }
}

function withoutReport(root: MimePart): Said {
  const { fields } = root
  const failed = failedOf(valueOf(fields, 'x-failed-recipients') ?? '')
  if (failed.length > 0) return { kind: 'delivery', recipients: failed }
  if (isAutoReply(root)) return { kind: 'autoReply' }
  return { kind: 'unknown', reason: 'it has no report that is known' }
}

/** Exim and Gmail name them in the header too, where older ones write no report. */
function failedOf(list: string): RecipientReport[] {
  const addresses = list.split(',', mostFailed).map((one) => one.trim())
  const known = addresses.filter((address) => address.includes('@') && address.length <= 320)
  return known.map((address) => ({ addresses: [address], action: 'failed', text: '' }))
}

const mostFailed = 1_000

/** RFC 3834 section 5, a receipt (RFC 8098), and what programs wrote before there were rules. */
function isAutoReply({ fields, type, parameters }: MimePart): boolean {
  const value = (name: string) => valueOf(fields, name)?.toLowerCase() ?? ''
  return (
    /^auto-(replied|notified)/.test(value('auto-submitted')) ||
    /^auto[_-]?reply/.test(value('precedence')) ||
    ['x-autoreply', 'x-autorespond', 'x-auto-reply-from'].some((name) => value(name) !== '') ||
    (type === 'multipart/report' &&
      parameters.get('report-type')?.toLowerCase() === 'disposition-notification') ||
    /^(automatic reply|auto(matic)?[ -]?reply|out of (the )?office)\b/.test(value('subject'))
  )
}

/** From the address it came to, from its report, and from what it brings back of the email. */
function tokensOf(root: MimePart, parts: readonly MimePart[], returnedTo: readonly string[]) {
  const report = parts.find(({ type }) => isReport(type))
  const [first] = report ? fieldGroups(bytesOf(report)) : []
  const brought = parts.filter(({ type }) => isOriginal(type)).flatMap(fieldsOfOriginal)
  const values = (fields: readonly MimeField[], names: readonly string[]) =>
    fields.filter(({ name }) => names.includes(name.toLowerCase())).map(({ value }) => value)
  const addresses = [
    ...values(root.fields, ['delivered-to', 'x-original-to', 'envelope-to', 'to']),
    first?.get('original-mail-from') ?? '',
    ...values(brought, ['return-path']),
  ]
  const tokens = [
    ...returnedTo.flatMap((address) => tokenIn(address) ?? []),
    first?.get('original-envelope-id')?.toLowerCase() ?? '',
    ...addresses.flatMap((address) => tokenIn(address.replace(/^.*</, '')) ?? []),
    ...values(brought, ['x-postern-id']).flatMap((value) => tokenInMark(value) ?? []),
  ]
  return [...new Set(tokens.filter((token) => token !== ''))].slice(0, mostTokens)
}

/** Each costs a few HMACs. */
const mostTokens = 20

function isOriginal(type: string): boolean {
  return /^(message\/(rfc822|global|global-headers)|text\/rfc822-headers)$/.test(type)
}

function fieldsOfOriginal(part: MimePart): MimeField[] {
  return readFields(bytesOf(part), 256_000).fields
}

function timeIn(date: string): number | undefined {
  const at = Date.parse(date.slice(0, 100).replace(/\(.*/, ''))
  return Number.isFinite(at) ? at : undefined
}

function keyOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}
