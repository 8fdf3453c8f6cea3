import { decodeWords } from 'postal-mime'
import { checkHeader } from '../../mail/email/headers.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { entriesOf, valuesOf } from '../../mail/email/raw-header.ts'
import { partsOf } from './body-parts.ts'
import type { Body } from './body-shape.ts'
import { CannotCarry } from './cannot-carry.ts'
import { readMime, type MimePart } from './mime-tree.ts'

/**
 * Takes a MIME email apart, for a provider that will rebuild it.
 *
 * @throws CannotCarry when the email would not be the same: signed, encrypted, of a structure that
 * providers do not build, or with a header that cannot be said to them
 */
export function rawBody(mime: Uint8Array, { replyTo, sender, headers }: Parcel): Body {
  const root = readMime(mime)
  const said = sender ?? onlyBox(root, 'sender')
  if (entriesOf(root.fields, 'from').length > 1) throw new CannotCarry('it has several authors')
  return {
    ...partsOf(root),
    headers: [...fieldsOf(root), ...missingFrom(root, headers)],
    replyTo: replyTo.length > 0 ? replyTo : boxes(root, 'reply-to'),
    ...(said && { sender: said }),
  }
}

function onlyBox(root: MimePart, name: string) {
  const [box, ...others] = boxes(root, name)
  if (others.length > 0) throw new CannotCarry(`its header ${name} names several`)
  return box
}

function boxes({ fields }: MimePart, name: string) {
  return entriesOf(fields, name).map((entry) => {
    if ('fault' in entry) throw new CannotCarry(`its header ${name} cannot be read: ${entry.fault}`)
    return entry.mailbox
  })
}

/** Fields that the composer added and that no caller may set, such as whom a test email was for. */
function missingFrom({ fields }: MimePart, headers: Parcel['headers']): [string, string][] {
  const own = fields.filter(({ name }) => isOwn(name)).map(({ name }) => name)
  return Object.entries(headers).filter(([name]) => !own.includes(name.toLowerCase()))
}

/** Only fields that a caller may set: the others are made from parts, or written on the way. */
function fieldsOf({ fields }: MimePart): Body['headers'] {
  return fields.flatMap((field) => {
    if (!isOwn(field.name)) return []
    const name = field.line.slice(0, field.line.indexOf(':')).trim()
    const value = decoded(valuesOf([field], field.name).join())
    const fault = value === '' ? undefined : checkHeader(name, value)
    if (fault) throw new CannotCarry(`its header ${name} cannot be sent: ${fault}`)
    return value === '' ? [] : [[name, value] as const]
  })
}

/** Words in a charset that is unknown here stay encoded, for a reader that knows it. */
function decoded(value: string): string {
  const plain = decodeWords(value)
  return (plain.includes('\ufffd') ? value : plain).replaceAll('\t', ' ').trim()
}

/** Whether a caller may set a field of this name: no such name refuses this value. */
function isOwn(name: string): boolean {
  return checkHeader(name, 'x') === undefined
}
