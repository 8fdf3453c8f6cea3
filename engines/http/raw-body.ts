import type { Mailbox } from '../../mail/email/address.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { readRaw, type RawField } from '../../mail/email/raw-email.ts'
import { entriesOf } from '../../mail/email/raw-header.ts'
import { partsOf } from './body-parts.ts'
import type { Body } from './body-shape.ts'
import { CannotCarry } from './cannot-carry.ts'
import { ownFields } from './own-fields.ts'
import { readStrictly } from './strict-mime.ts'

/**
 * Takes a MIME email apart, for a provider that will rebuild it.
 *
 * @throws CannotCarry when the email would not be the same: signed, encrypted, of a structure that
 * providers do not build, or with a header that cannot be told them
 */
export async function rawBody(mime: Uint8Array, parcel: Parcel): Promise<Body> {
  const root = readStrictly(mime)
  const { fields } = readRaw(Buffer.from(mime))
  if (entriesOf(fields, 'from').length > 1) throw new CannotCarry('it has several authors')
  const sender = parcel.sender ?? onlyBox(fields, 'sender')
  return {
    ...(await partsOf(root)),
    headers: await ownFields(root.fields, parcel),
    replyTo: parcel.replyTo.length > 0 ? parcel.replyTo : boxes(fields, 'reply-to'),
    ...(sender && { sender }),
  }
}

function onlyBox(fields: readonly RawField[], name: string): Mailbox | undefined {
  const [box, ...others] = boxes(fields, name)
  if (others.length > 0) throw new CannotCarry(`its header ${name} names several`)
  return box
}

function boxes(fields: readonly RawField[], name: string): Mailbox[] {
  return entriesOf(fields, name).map((entry) => {
    if ('fault' in entry) throw new CannotCarry(`its header ${name} cannot be read: ${entry.fault}`)
    return entry.mailbox
  })
}
