import type { Email, EmailChange } from '../../mail/email/email.ts'

/** What never changes after acceptance. */
export type Accepted = Omit<Email, keyof EmailChange | 'id' | 'revision' | 'claim' | 'leaseUntil'>

/** As text, short because it is paid for again whenever anything else of the record changes. */
export function writeAccepted(email: Email): string {
  const entries = Object.entries(email).filter(([key]) => !changing.has(key))
  const short = entries
    .filter(([key, value]) => !isUsual(key, value))
    .map(([key, value]) => [
      shortNames[key] ?? key,
      key === 'messageId' ? withoutId(value as string, email.id) : (value as unknown),
    ])
  return JSON.stringify(Object.fromEntries(short))
}

export function readAccepted(text: string, id: string): Accepted {
  const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  const long = Object.fromEntries(entries.map(([key, value]) => [longNames[key] ?? key, value]))
  const messageId = (long['messageId'] as string).replace(/^<@/, `<${id}@`)
  return { ...usual, ...long, messageId } as unknown as Accepted
}

/** Nearly always the id stands in it again. */
function withoutId(messageId: string, id: string): string {
  return messageId.startsWith(`<${id}@`) ? `<${messageId.slice(id.length + 1)}` : messageId
}

/** Left out where a value is this. */
const usual: Readonly<Record<string, unknown>> = {
  cc: [],
  bcc: [],
  replyTo: [],
  tags: [],
  capture: false,
  onAmbiguous: 'retry',
  scheduled: false,
}

function isUsual(key: string, value: unknown): boolean {
  return key in usual && JSON.stringify(usual[key]) === JSON.stringify(value)
}

/** Old records have these too: a name is never used for another thing. */
const shortNames: Readonly<Record<string, string>> = {
  owner: 'o',
  createdAt: 'c',
  messageId: 'm',
  from: 'f',
  to: 't',
  replyTo: 'r',
  subject: 's',
  size: 'z',
  capture: 'p',
  onAmbiguous: 'a',
  engine: 'e',
  scheduled: 'l',
}

const longNames = Object.fromEntries(
  Object.entries(shortNames).map(([long, short]) => [short, long]),
)

const changing: ReadonlySet<string> = new Set([
  'id',
  'revision',
  'claim',
  'leaseUntil',
  'state',
  'recipients',
  'dueAt',
  'since',
  'attempts',
  'timeline',
  'nextAttemptAt',
  'lastReason',
  'settledAt',
])
