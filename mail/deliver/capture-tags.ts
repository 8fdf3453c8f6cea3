import type { Tag } from '../email/email.ts'
import { mostHeaderBytes, readFields, valueOf } from '../email/mime-fields.ts'
import type { Parcel } from '../email/parcel.ts'
import { tagsIn } from '../email/tag-words.ts'

/**
 * What a test finds a captured email by: the tags that the application gave it, those in its header
 * `X-Tags`, and what stands behind a plus in the addresses of its recipients, as Mailpit has them.
 */
export function tagsOfCapture({ tags, envelope }: Parcel, eml: Buffer): string[] {
  const inHeader = valueOf(readFields(eml, mostHeaderBytes).fields, 'x-tags') ?? ''
  return tagsIn([...inHeader.split(','), ...tags.map(tagText), ...envelope.to.flatMap(plusTags)])
}

/** `name:value`; of a category, which is what SendGrid calls a tag, the value alone. */
function tagText({ name, value }: Tag): string {
  return name === 'category' ? value : `${name}:${value}`
}

/** Of `ann+signup+eu@example.com`: `signup` and `eu`. */
function plusTags(address: string): string[] {
  return address.slice(0, address.lastIndexOf('@')).split('+').slice(1)
}
