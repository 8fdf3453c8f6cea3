import type { Findings } from './findings.ts'
import type { Entry } from './server.ts'

/** An entry about mail, and the one name by which it is known here. */
export interface MailEntry extends Entry {
  readonly name: string
}

/** The entry with that name; none for one that is not about mail. */
export function mailEntry(found: Findings, { key, value }: Entry): MailEntry[] {
  const plain = withoutDisguise(key)
  const name = nameOf(plain)
  if (name === undefined) return []
  if (plain !== key)
    found.correct(
      visible(key),
      'a Cyrillic letter is in the name, so that nothing ever read it',
      `read as ${plain}`,
    )
  return [{ name, key: plain, value }]
}

/** The documentation had one of these in its example, to be copied. */
const lookAlikes = new Map(
  [...'АВСЕНІКМОРТХаеоірсухѕ'].map((char, i) => [char, [...'ABCEHIKMOPTXaeoipcyxs'][i]!]),
)

function withoutDisguise(key: string): string {
  return [...key].map((char) => lookAlikes.get(char) ?? char).join('')
}

function visible(key: string): string {
  return key.replace(
    /[^\x20-\x7e]/gu,
    (char) => `{U+${char.codePointAt(0)!.toString(16).padStart(4, '0').toUpperCase()}}`,
  )
}

/** `che.mail.host`, `CODENVY_MAIL_HOST` and `CHE_MAIL_HOST` are all `mail.host`. */
function nameOf(key: string): string | undefined {
  const variable = /^(?:CODENVY|CHE)_(.+)$/.exec(key)?.[1]
  const dotted = variable?.replaceAll('__', '\0').replaceAll('_', '.').replaceAll('\0', '_')
  const name = (dotted ?? key.replace(/^che\./, '')).toLowerCase()
  return /^(?:e?mail|logback\.smtp|user\.mail)\./.test(name) || name.startsWith('workspace.email.')
    ? (aliases.get(name) ?? name)
    : undefined
}

const aliases = new Map([
  ['mail.host.port', 'mail.port'],
  ['mail.use.ssl', 'mail.ssl'],
  ['email.from', 'mail.from_email_address'],
])
