import { encodeWords } from 'nodemailer/lib/mime-funcs'
import { encodedMailbox } from '../../mail/compose/encoded-mailbox.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { Body } from './body-shape.ts'

/** The header fields of an email as ASCII, for providers that encode none (RFC 2047). */
export function encodedFields(
  { headers, sender }: Body,
  { id }: Pick<Parcel, 'id'>,
): (readonly [name: string, value: string])[] {
  return [
    ...headers.map(([name, value]) => [name, encodeWords(value, 'Q', 52)] as const),
    ...(sender ? [['Sender', encodedMailbox(sender)] as const] : []),
    ['X-Postern-Id', id],
  ]
}
