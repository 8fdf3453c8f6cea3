import type { MimeField } from '../../mail/email/mime-fields.ts'
import { readMime, type MimePart } from '../../mail/email/mime-part.ts'
import type { Capture } from '../../mail/ports/captures.ts'

/** What MailHog keeps of a content; bodies stay in their transfer encoding, which its clients read. */
interface Content {
  readonly Headers: Record<string, string[]>
  readonly Body: string
  readonly Size: number
  readonly MIME: { readonly Parts: readonly Content[] } | null
}

/** A message as MailHog shows it. */
export function itemOf({ id, from, to, at }: Capture, eml: Buffer) {
  const { MIME, ...content } = contentOf(partsOf(eml))
  return {
    ID: id,
    From: pathOf(from),
    To: to.map(pathOf),
    Content: { ...content, MIME: null },
    Created: new Date(at).toISOString(),
    MIME,
    Raw: { From: from, To: [...to], Data: eml.toString(), Helo: '' },
  }
}

/** Of what goes beyond all bounds the source alone is shown. */
function partsOf(eml: Buffer): MimePart {
  try {
    return readMime(eml)
  } catch {
    return { fields: [], type: 'text/plain', parameters: new Map(), body: eml, parts: [] }
  }
}

function contentOf({ fields, body, parts }: MimePart): Content {
  return {
    Headers: headersOf(fields),
    Body: body.toString(),
    Size: body.length,
    MIME: parts.length > 0 ? { Parts: parts.map(contentOf) } : null,
  }
}

/** By their names as they are written. */
function headersOf(fields: readonly MimeField[]): Record<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const { name, value } of fields) byName.set(name, [...(byName.get(name) ?? []), value])
  return Object.fromEntries(byName)
}

function pathOf(address: string) {
  const at = address.lastIndexOf('@')
  const [Mailbox, Domain] = at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)]
  return { Relays: null, Mailbox, Domain, Params: '' }
}
