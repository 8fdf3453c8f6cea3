import { setImmediate } from 'node:timers/promises'
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
  const { fields } = readRaw(headerOf(mime))
  if (entriesOf(fields, 'from').length > 1) throw new CannotCarry('it has several authors')
  const sender = parcel.sender ?? onlyBox(fields, 'sender')
  const parts = await partsOf(root)
  // What is made of them, for 30 MB, is not to come in the same turn.
  await setImmediate()
  return {
    ...parts,
    headers: await ownFields(root.fields, parcel),
    replyTo: parcel.replyTo.length > 0 ? parcel.replyTo : boxes(fields, 'reply-to'),
    ...(sender && { sender }),
  }
}

/** As it was composed: up to the first empty line. */
function headerOf(mime: Uint8Array): Buffer {
  const email = Buffer.from(mime.buffer, mime.byteOffset, mime.byteLength)
  const end = email.indexOf('\r\n\r\n')
  return end < 0 ? email : email.subarray(0, end + 4)
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
