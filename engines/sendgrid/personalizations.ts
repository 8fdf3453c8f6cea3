import type { Mailbox } from '../../mail/email/address.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { addressees } from '../http/recipients.ts'

interface Box {
  readonly email: string
  readonly name?: string
}

/** Who gets a copy, and in which header line SendGrid names them. */
interface Personalization {
  readonly to: Box[]
  readonly cc?: Box[]
  readonly bcc?: Box[]
}

/**
 * Divides the envelope into To, Cc and Bcc. SendGrid requires a To: when only hidden
 * recipients are left, each gets a copy that names no one else.
 */
export function personalizationsOf(parcel: Parcel): Personalization[] {
  const { to, cc, hidden } = addressees(parcel)
  const bcc = hidden.map((email) => ({ email }))
  if (to.length === 0) return bcc.map((box) => ({ to: [box] }))
  return [
    {
      to: to.map(quotedBox),
      ...(cc.length > 0 && { cc: cc.map(quotedBox) }),
      ...(bcc.length > 0 && { bcc }),
    },
  ]
}

/**
 * SendGrid writes a name into the header as it stands, where a comma would end it
 * (https://github.com/sendgrid/sendgrid-python/issues/291): such a name comes in quotes. It does
 * quote the names of From and Reply-To.
 */
function quotedBox({ address: email, name }: Mailbox): Box {
  if (name === undefined) return { email }
  const isPlain = !/["(),:;<>@[\\\]]/.test(name)
  return { email, name: isPlain ? name : `"${name.replace(/["\\]/g, '\\$&')}"` }
}
