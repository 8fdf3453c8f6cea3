import { isTagged } from './tag-words.ts'
import { fold } from './words.ts'

interface Named {
  readonly subject: string
  readonly tags: readonly string[]
}

/** Whether an email has a subject with this part in it, and this whole tag, both in any case. */
export function isNamed(
  { subject, tags }: Named,
  { subject: part = '', tag }: { readonly subject?: string; readonly tag?: string },
): boolean {
  return (tag === undefined || isTagged(tags, tag)) && fold(subject).includes(fold(part))
}
