import { comparisonKey } from '../email/address.ts'
import type { Envelope } from '../email/email.ts'
import type { RawEmail, RawField } from '../email/raw-email.ts'
import { entriesOf, isUnequivocal, mailboxesOf, valuesOf } from '../email/raw-header.ts'
import { mostRecipients } from './email-request.ts'
import type { Fault } from './fault.ts'

/** Who gets a raw email and where bounces go, as far as a client says so apart from it. */
export type AskedEnvelope = Partial<Envelope>

type Faulty = { readonly faults: readonly Fault[] }

/**
 * The envelope of a raw email. Where the client names no recipients, they are those of To, Cc and
 * Bcc, as with `sendmail -t`: then each entry must be an address that is read in one way, because
 * one that is read over gets nothing, and one that is misread gets what is not for it.
 */
export function envelopeOf(email: RawEmail, asked: AskedEnvelope): Envelope | Faulty {
  const { from = senderIn(email.fields), to } = asked
  if (to) return { from, to }
  const named = recipientsIn(email)
  return 'faults' in named ? named : { from, to: named.addresses }
}

/** The addresses of a field, each once. */
export function addressesIn(
  fields: readonly RawField[],
  name: string,
): { readonly addresses: readonly string[] } | Faulty {
  const listed = fields.filter((field) => field.name === name && !isEmptyGroup(field))
  if (!isUnequivocal(listed, name) || listed.some(isInterrupted)) return fault(name, twoWays)
  const entries = entriesOf(listed, name)
  const faults = entries.flatMap((entry) => ('fault' in entry ? [entry.fault] : []))
  if (faults.length > 0) return fault(name, [...new Set(faults)].slice(0, mostTold).join('; '))
  const all = entries.flatMap((entry) => ('mailbox' in entry ? [entry.mailbox.address] : []))
  return bounded(name, eachOnce(all))
}

/** A comment within a word: what is left of `a@b.example(c)d.example` would be another address. */
function isInterrupted(field: RawField): boolean {
  return valuesOf([field], field.name).some((value) =>
    /[^\s,;"]\(|\)[^\s,;]/.test(value.replace(/"(?:[^"\\]|\\.)*"/gs, '')),
  )
}

function recipientsIn({ fields, hasStrayBcc }: RawEmail): ReturnType<typeof addressesIn> {
  if (hasStrayBcc) return fault('bcc', 'it stands where the header has ended')
  if (fields.some(({ line }) => /^\s*resent-(to|cc|bcc)\s*:/i.test(line)))
    return fault('resent-to', 'the email was sent on: name in the request who gets it')
  const read = ['to', 'cc', 'bcc'].map((name) => addressesIn(fields, name))
  const faults = read.flatMap((one) => ('faults' in one ? one.faults : []))
  if (faults.length > 0) return { faults }
  const all = read.flatMap((one) => ('addresses' in one ? one.addresses : []))
  return all.length > 0 ? bounded('to', eachOnce(all)) : { faults: [noOne] }
}

const noOne: Fault = {
  field: 'To',
  rule: 'no one is named in To, Cc or Bcc, nor in the request',
  kind: 'missing',
}

const twoWays =
  'it can be read in two ways: quote names that hold any of ,:;() and leave out groups, or name in the request who gets the email'

/** Different faults of one field that are listed. */
const mostTold = 5

/** What a mail program writes when all are in Bcc: `undisclosed-recipients:;`. */
function isEmptyGroup(field: RawField): boolean {
  return valuesOf([field], field.name).every((value) => /^[^":;<>@,]*:\s*;$/.test(value))
}

/** Who sends it for the author, else the author; none where that cannot be read. */
function senderIn(fields: readonly RawField[]): string {
  const [sender, ...more] = mailboxesOf(fields, 'sender') ?? []
  if (sender && more.length === 0) return sender.address
  const author = entriesOf(fields, 'from').find((entry) => 'mailbox' in entry)
  return author && 'mailbox' in author ? author.mailbox.address : unreadable
}

/** No address, and not the null sender either: bounces go to the one that the settings choose. */
export const unreadable = 'unreadable'

function bounded(name: string, addresses: readonly string[]) {
  const rule = `at most ${mostRecipients} recipients; there are ${addresses.length}`
  return addresses.length > mostRecipients ? fault(name, rule) : { addresses }
}

function eachOnce(addresses: readonly string[]): string[] {
  return [...new Map(addresses.map((one) => [comparisonKey(one), one])).values()]
}

function fault(name: string, rule: string): Faulty {
  const field = name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
  return { faults: [{ field, rule, kind: 'invalid' }] }
}
