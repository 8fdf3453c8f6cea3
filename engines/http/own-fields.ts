import { checkHeader } from '../../mail/email/headers.ts'
import type { MimeField } from '../../mail/email/mime-fields.ts'
import { headerText } from '../../mail/email/mime-name.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Body } from './body-shape.ts'
import { CannotCarry } from './cannot-carry.ts'

/**
 * The header fields of an email that a caller may set: the others are made from parts, or written
 * on the way. Then what the composer added that no caller may set, such as whom a redirected email
 * was for.
 *
 * @throws CannotCarry for a field that cannot be told a provider
 */
export async function ownFields(
  fields: readonly MimeField[],
  { headers }: Parcel,
): Promise<Body['headers']> {
  const own = await Promise.all(fields.filter(({ name }) => isOwn(name)).map(readable))
  const names = new Set(own.map(([name]) => name.toLowerCase()))
  const added = Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase()))
  return [...own.filter(([, value]) => value !== ''), ...added]
}

/** Whether a caller may set a field of this name: no such name refuses this value. */
function isOwn(name: string): boolean {
  return checkHeader(name, 'x') === undefined
}

/** Words in a charset that is unknown here stay encoded, for a reader that knows it. */
async function readable({ name, value }: MimeField): Promise<readonly [string, string]> {
  const read = await headerText(value)
  const text = (read.includes('\ufffd') ? value : read).replaceAll('\t', ' ').trim()
  const fault = text === '' ? undefined : checkHeader(name, text)
  if (fault) throw new CannotCarry(`its header ${name} cannot be sent: ${fault}`)
  return [name, text]
}
