import type { Email, Recipient, TimelineEntry } from '../email/email.ts'
import { erasedAddress, erasedRecipient, isErased } from '../email/erased-address.ts'
import type { Mailbox } from '../email/mailbox.ts'
import type { Event } from '../ports/events.ts'
import type { AddressFinder } from './address-finder.ts'

/** What stands instead of the subject of an email that was erased. */
export const erasedSubject = '(erased)'

/** Anything that JSON can say, with another text in each place where the address stood. */
export function without<T>(value: T, finder: AddressFinder, instead = erasedAddress): T {
  if (typeof value === 'string') return finder.without(value, instead) as T
  if (Array.isArray(value)) return value.map((one: unknown) => without(one, finder, instead)) as T
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, one]): [string, unknown] => [
    finder.without(name, instead),
    without(one as unknown, finder, instead),
  ])
  return Object.fromEntries(fields) as T
}

/** Whether an email goes to this address, or comes from it; not, whether it only speaks of it. */
export function isOf(email: Email, { is }: AddressFinder): boolean {
  const { from, sender, envelopeFrom, to, cc, bcc, replyTo, recipients } = email
  const mailboxes = [from, sender, ...to, ...cc, ...bcc, ...replyTo, ...recipients]
  return is(envelopeFrom) || mailboxes.some((one) => is(one?.address))
}

/**
 * A record with the address taken out. Of an email to or from it go the subject, the tags and what was
 * said about that recipient too; who else got it, when, and what became of it stays.
 */
export function erasedEmail(email: Email, finder: AddressFinder): Email {
  const instead = placeholderIn(email)
  if (!isOf(email, finder)) return without(email, finder, instead)
  const mailbox = <T extends Partial<Mailbox>>(one: T): T =>
    finder.is(one.address) ? ({ address: instead } as T) : without(one, finder, instead)
  return {
    ...without(email, finder, instead),
    from: mailbox(email.from),
    ...(email.sender && { sender: mailbox(email.sender) }),
    to: email.to.map(mailbox),
    cc: email.cc.map(mailbox),
    bcc: email.bcc.map(mailbox),
    replyTo: email.replyTo.map(mailbox),
    subject: erasedSubject,
    tags: [],
    recipients: email.recipients.map((one) => withoutReason(one, finder, instead)),
    timeline: email.timeline.map((one) => erasedEntry(one, finder, instead)),
  }
}

/** Recipients of one email that were erased are told apart; those of two emails are not. */
function placeholderIn({ recipients }: Email): string {
  return erasedRecipient(1 + recipients.filter(({ address }) => isErased(address)).length)
}

function withoutReason(recipient: Recipient, finder: AddressFinder, instead: string): Recipient {
  const { reason, ...rest } = without(recipient, finder, instead)
  if (finder.is(recipient.address)) return rest
  return { ...rest, ...(reason !== undefined && { reason }) }
}

function erasedEntry(entry: TimelineEntry, finder: AddressFinder, instead: string): TimelineEntry {
  const { reason, ...rest } = without(entry, finder, instead)
  if (finder.is(entry.address)) return rest
  return { ...rest, ...(reason !== undefined && { reason }) }
}

/** An event with the address taken out; of one about it, also the words, the visit and the tags. */
export function erasedEvent(event: Event, finder: AddressFinder): Event {
  const { text, visit, tags, ...rest } = without(event, finder)
  if (finder.is(event.address)) return rest
  return {
    ...rest,
    ...(text !== undefined && { text }),
    ...(visit && { visit }),
    ...(tags && { tags }),
  }
}
