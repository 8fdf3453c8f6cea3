import { defaultProject } from '../../mail/email/project.ts'
import type { Accepted, Email } from '../../mail/email/email.ts'
import { usualStream } from '../../mail/email/stream.ts'

/**
 * What never changes after acceptance as text, short because it is paid for again whenever
 * anything else of the record changes.
 */
export function writeAccepted(email: Email): string {
  const accepted: Accepted = { ...email, messageId: withoutId(email) }
  const short = fields
    .filter((field) => !isUsual(field, accepted[field]))
    .map((field) => [shortNames[field], accepted[field]])
  return JSON.stringify(Object.fromEntries(short))
}

export function readAccepted(text: string, id: string): Accepted {
  const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  const long = Object.fromEntries(entries.map(([key, value]) => [longNames.get(key) ?? key, value]))
  const messageId = (long['messageId'] as string).replace(/^<@/, `<${id}@`)
  return { ...usual, ...long, messageId } as unknown as Accepted
}

/** Nearly always the id stands in it again. */
function withoutId({ messageId, id }: Email): string {
  return messageId.startsWith(`<${id}@`) ? `<${messageId.slice(id.length + 1)}` : messageId
}

/** Left out where a value is this. */
const usual: Partial<Accepted> = {
  cc: [],
  bcc: [],
  replyTo: [],
  tags: [],
  capture: false,
  onAmbiguous: 'retry',
  scheduled: false,
  project: defaultProject,
  stream: usualStream,
}

function isUsual(field: keyof Accepted, value: unknown): boolean {
  return field in usual && JSON.stringify(usual[field]) === JSON.stringify(value)
}

/** Old records have these too: a name never gets another meaning. */
const shortNames = {
  owner: 'o',
  project: 'j',
  stream: 'b',
  createdAt: 'c',
  messageId: 'm',
  from: 'f',
  sender: 'd',
  envelopeFrom: 'v',
  to: 't',
  cc: 'cc',
  bcc: 'bcc',
  replyTo: 'r',
  subject: 's',
  tags: 'tags',
  size: 'z',
  capture: 'p',
  onAmbiguous: 'a',
  engine: 'e',
  group: 'group',
  list: 'list',
  ignoreSuppressions: 'ignore',
  template: 'template',
  traceparent: 'trace',
  scheduled: 'l',
} as const satisfies Record<keyof Accepted, string>

const fields = Object.keys(shortNames) as (keyof Accepted)[]

const longNames = new Map<string, string>(fields.map((field) => [shortNames[field], field]))
