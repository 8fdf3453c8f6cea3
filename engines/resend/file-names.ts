import { detectExtension, detectMimeType } from 'nodemailer/lib/mime-funcs'
import type { Attachment } from '../../mail/email/email.ts'
import { CannotCarry } from '../http/cannot-carry.ts'

const anything = 'application/octet-stream'

/** What nodemailer would call a file of a type that it does not know. */
const unknown = 'bin'

/**
 * Resend answers that it has taken an email whose file has a name of another type, and drops it
 * (https://anymail.dev/en/stable/esps/resend/#limitations-and-quirks).
 *
 * @throws CannotCarry when both the name and the type are known and say different things
 */
export function refuseMismatch({ filename, contentType }: Attachment): void {
  const named = detectMimeType(filename)
  const usual = detectExtension(contentType)
  const isKnown = named !== anything && contentType !== anything && usual !== unknown
  if (!isKnown || named === contentType || usual === extensionOf(filename)) return
  throw new CannotCarry(`Resend would drop it, because its file "${filename}" is ${contentType}`)
}

function extensionOf(filename: string): string {
  return /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''
}
