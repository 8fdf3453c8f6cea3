import { addressingOrder } from './provider-orders.ts'

/**
 * Checks a header that a caller adds to an email. Names come from an allow-list in two parts: a
 * shape, so that `X-Entity-Ref-ID` and whatever is invented next can pass, and no header that
 * addresses, structures, traces or steers the email, because those have a field of their own or
 * belong to a server.
 *
 * @returns the rule that is broken, or undefined
 */
export function checkHeader(name: string, value: string): string | undefined {
  return faultOfName(name) ?? faultOfValue(value) ?? faultOfBareField(name, value)
}

/**
 * Checks text that will stand on one header line, such as a subject: it must survive composing
 * without becoming a second header, an empty line or a line that is too long.
 *
 * @returns the rule that is broken, or undefined
 */
export function checkText(value: string): string | undefined {
  const fault = checkUnicode(value)
  if (fault) return fault
  if (/[\r\n\u0085\u2028\u2029]/.test(value)) return 'a line break is not allowed'
  if (/[\0-\x08\v\f\x0e-\x1f\x7f]/.test(value)) return 'a control character is not allowed'
  if (blankRun.test(value)) return `more than ${longestBlankRun} blanks in a row are not allowed`
  if (hasLongWord(value)) return `a word of more than ${longestWord} characters cannot be folded`
  return undefined
}

export function checkUnicode(text: string): string | undefined {
  return text.isWellFormed() ? undefined : 'half a surrogate pair is not text'
}

/** Header names compare without case (RFC 5322 section 1.2.2): `own` wins over `defaults`. */
export function mergeHeaders(defaults: HeaderTexts, own: HeaderTexts): HeaderTexts {
  const named = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const missing = Object.entries(defaults).filter(([name]) => !named.has(name.toLowerCase()))
  return { ...Object.fromEntries(missing), ...own }
}

/** The values of headers by their names. */
export type HeaderTexts = Readonly<Record<string, string>>

/** SES takes header names of up to 126 characters. */
const longestHeaderName = 126

const longestHeaderValue = 2_000

/**
 * A longer run, and nodemailer 10.6 folds it into a line of nothing but blanks (from 76 on), which
 * RFC 5322 section 3.2.2 forbids: where trailing blanks are stripped, the header would end there.
 */
const longestBlankRun = 60
const blankRun = new RegExp(`[ \\t]{${longestBlankRun + 1}}`)

/** RFC 5322 section 2.1.1 allows lines of 998; a folded line starts with the blanks before its word. */
const longestWord = 900

/** Only all-ASCII text keeps its words: everything else is cut into encoded words of 75. */
function hasLongWord(value: string): boolean {
  if (value.length <= longestWord || /[^\0-\x7f]/.test(value)) return false
  return value.split(/[ \t]/).some((word) => word.length > longestWord)
}

function faultOfName(name: string): string | undefined {
  if (name.length > longestHeaderName)
    return `the header name is longer than ${longestHeaderName} characters`
  // RFC 5322 section 2.2. The one exception is no name that JSON can carry safely.
  if (!/^[!-9;-~]+$/.test(name) || name === '__proto__')
    return 'a header name holds only printable ASCII characters, without blanks and colons'
  // A program that decodes it would find another header there.
  if (/%(25)*0[ad]|\\[rn]|=\?/i.test(name))
    return 'a header name holds an encoded line break or word'
  return groupOf(name)?.rule
}

function groupOf(name: string): Group | undefined {
  const key = name.toLowerCase()
  return refused.find((group) => group.names.has(key) || group.prefix?.test(key))
}

/**
 * Who says what stands in a header that a caller may not set, though nothing is wrong with asking
 * for it: a field of the request, or Postern. Mail libraries send them along with the rest.
 */
export function ownerOf(name: string): 'field' | 'postern' | undefined {
  return groupOf(name)?.owner
}

function faultOfValue(value: string): string | undefined {
  if (value.length > longestHeaderValue)
    return `the header value is longer than ${longestHeaderValue} characters`
  // The composer leaves such a header out and SES refuses it: accepting it would be untrue.
  if (value.trim() === '') return 'the header value is empty'
  if (/^[ \t]|[ \t]$/.test(value)) return 'the header value begins or ends with a blank'
  return checkText(value)
}

/**
 * Fields that nodemailer 10.6 cannot encode: beyond ASCII they would leave as raw UTF-8. It also
 * puts ids in angle brackets, and joins what it finds between them into one word.
 */
function faultOfBareField(name: string, value: string): string | undefined {
  const field = name.toLowerCase()
  if (field === 'otp-token' && /[^\0-\x7f]/.test(value)) return 'this header takes ASCII only'
  if (field !== 'in-reply-to' && field !== 'references') return undefined
  return value.split(/[ \t]+/).every((word) => messageId.test(word))
    ? undefined
    : `this header takes ids such as <id@example.com>, each of at most ${longestWord - 2} characters`
}

/** RFC 5322 section 3.6.4, as loosely as mail programs read it: the brackets may be missing. */
const idText = `[!-;=?-~]{1,${longestWord - 2}}`
const messageId = new RegExp(`^(<${idText}>|${idText})$`)

interface Group {
  readonly rule: string
  readonly names: ReadonlySet<string>
  readonly prefix?: RegExp
  readonly owner?: 'field' | 'postern'
}

/**
 * What a caller may not set. Not here on purpose: List-*, In-Reply-To, References, Auto-Submitted,
 * Precedence, Importance, Disposition-Notification-To (RFC 8098; it only asks the reader's program).
 */
const refused: readonly Group[] = [
  {
    rule: 'this header has a field of its own',
    names: new Set(['from', 'to', 'cc', 'bcc', 'reply-to', 'subject']),
    owner: 'field',
  },
  {
    rule: 'this header is written by Postern',
    // The From policy decides who is the sender and where bounces go.
    names: new Set(['message-id', 'date', 'mime-version', 'sender', 'return-path']),
    prefix: /^(content|x-postern)-/,
    owner: 'postern',
  },
  {
    rule: 'this header is written by mail servers on the way',
    names: new Set([
      'received',
      'received-spf',
      'authentication-results',
      // A server that finds its own recipient in one of these takes the email for a loop.
      'delivered-to',
      'x-original-to',
      'domainkey-signature',
    ]),
    prefix: /^(resent|arc|dkim)-/,
  },
  {
    // Each of these can add recipients, send reports to an unchecked address, or pick another
    // account's settings: only recipients in the envelope may get mail.
    rule: 'this header gives orders to a mail server',
    names: new Set(['apparently-to', 'errors-to', 'return-receipt-to']),
    prefix: addressingOrder,
  },
]
