import { readParameters, valueOf } from '../../mail/email/mime-fields.ts'
import { MimeBoundError, readMime, type MimePart } from '../../mail/email/mime-part.ts'
import { CannotCarry } from './cannot-carry.ts'

/**
 * Takes an email apart, and refuses what two programs could read differently: the provider rebuilds
 * the email from what is read here.
 *
 * @throws CannotCarry for a structure that is broken, or beyond the bounds of any honest email
 */
export function readStrictly(mime: Uint8Array): MimePart {
  try {
    const root = readMime(Buffer.from(mime.buffer, mime.byteOffset, mime.byteLength))
    refuseFaults(root)
    return root
  } catch (error) {
    if (!(error instanceof MimeBoundError)) throw error
    throw new CannotCarry(`it has ${error.message}`)
  }
}

/** What says how a part is read: with two of a name, the first counts for some and the last for others. */
const deciding = ['content-type', 'content-transfer-encoding', 'content-disposition', 'content-id']

function refuseFaults({ fields, fault, parts }: MimePart) {
  if (fault !== undefined) throw new CannotCarry(`it has ${fault}`)
  const names = fields.map(({ name }) => name.toLowerCase())
  const twice = deciding.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice !== undefined) throw new CannotCarry(`it has the header ${twice} more than once`)
  parts.forEach(refuseFaults)
}

/** `inline`, `attachment`, or empty where nothing is said. */
export function dispositionOf({ fields }: MimePart): string {
  return readParameters(valueOf(fields, 'content-disposition')).value
}

/** Without its brackets. */
export function contentIdOf({ fields }: MimePart): string | undefined {
  return valueOf(fields, 'content-id')?.replace(/^<|>$/g, '') || undefined
}

/** Whether it says a file name, in whatever spelling (RFC 2231). */
export function isNamed({ fields, parameters }: MimePart): boolean {
  const said = readParameters(valueOf(fields, 'content-disposition')).parameters
  return [...parameters.keys(), ...said.keys()].some((name) => /^(file)?name(\*|$)/.test(name))
}
