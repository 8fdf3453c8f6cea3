import { comparisonKey, parseAddress } from '../../mail/email/address.ts'
import { isTagged } from '../../mail/email/tag-words.ts'
import { fold } from '../../mail/email/words.ts'
import type { Capture } from '../../mail/ports/captures.ts'
import { summaryOf, type Mailbox, type Summary } from './summary.ts'
import type { Term } from './search.ts'

/** Whether a capture is what all terms ask for; text is not looked at, which the store finds. */
export function isMatch(capture: Capture, terms: readonly Term[]): boolean {
  const summary = summaryOf(capture)
  return terms.every((term) => term.about === 'text' || holds(capture, summary, term) !== term.not)
}

function holds(capture: Capture, summary: Summary, { about, value }: Term): boolean {
  switch (about) {
    case 'subject':
      return fold(capture.subject).includes(fold(value))
    case 'message-id':
      return fold(summary.MessageID).includes(fold(value))
    case 'tag':
      return isTagged(capture.tags, value)
    case 'is':
      return value === 'tagged' ? capture.tags.length > 0 : capture.seen === (value === 'read')
    case 'has':
      return (value === 'inline' ? capture.outline?.inline : summary.Attachments) ? true : false
    case 'after':
      return capture.at >= Number(value)
    case 'before':
      return capture.at <= Number(value)
    case 'larger':
      return capture.size > Number(value)
    case 'smaller':
      return capture.size < Number(value)
    default:
      return mailboxesFor(summary, about).some((one) => isNamed(one, value))
  }
}

function mailboxesFor(summary: Summary, about: string): Mailbox[] {
  const { From, To, Cc, Bcc, ReplyTo } = summary
  const from = From ? [From] : []
  const named: Readonly<Record<string, Mailbox[]>> = {
    from,
    to: To,
    cc: Cc,
    bcc: Bcc,
    'reply-to': ReplyTo,
    recipient: [...To, ...Cc, ...Bcc],
    addressed: [...from, ...To, ...Cc, ...Bcc, ...ReplyTo],
  }
  return named[about]!
}

/**
 * A whole address means that one alone: with a part of it, as Mailpit compares, `ann@example.com`
 * would find the emails of `joann@example.com` as well, which another test waits for.
 */
function isNamed({ Name, Address }: Mailbox, value: string): boolean {
  const whole = wholeAddress(value)
  if (whole !== undefined) return comparisonKey(Address) === comparisonKey(whole)
  return fold(Address).includes(fold(value)) || fold(Name).includes(fold(value))
}

/** The address that a text is, if it is a whole one; a plus that was not encoded is a blank. */
export function wholeAddress(text: string): string | undefined {
  const parsed = parseAddress(text.trim().replaceAll(' ', '+'), 'public')
  return 'address' in parsed ? parsed.address : undefined
}
