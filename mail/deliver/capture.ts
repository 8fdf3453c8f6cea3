import { capturedText } from './captured-text.ts'
import { tagsOfCapture } from './capture-tags.ts'
import type { Outline } from '../email/outline.ts'
import type { Outcome } from '../email/outcome.ts'
import type { Parcel } from '../email/parcel.ts'
import type { Captures } from '../ports/captures.ts'
import type { Clock } from '../ports/clock.ts'

/**
 * Keeps an email instead of sending it: the bytes that would have left, and the envelope that
 * would have got them. The same email twice is one capture.
 */
export async function capture(parcel: Parcel, captures: Captures, clock: Clock): Promise<Outcome> {
  const eml = await parcel.composed()
  const { id, project, from, envelope, subject, content } = parcel
  const bytes = Buffer.from(eml.buffer, eml.byteOffset, eml.byteLength)
  const text = await capturedText(content)
  // Loaded when first needed: sending must not wait for a MIME parser to start.
  const { outlineOf } = await import('../email/outline.ts')
  const outline = await outlineOf(bytes, text)
  const kept = {
    id,
    emailId: id,
    project,
    at: clock.now(),
    from: from.address,
    to: envelope.to,
    subject,
    size: eml.byteLength,
    seen: false,
    tags: tagsOfCapture(parcel, bytes),
    outline,
  }
  await captures.add(kept, eml, `${namesIn(outline)} ${text}`)
  return { kind: 'captured' }
}

/** Who stands in the header: found by as well. */
function namesIn({ from, to, cc, replyTo }: Outline): string {
  const mailboxes = [from ?? { name: '', address: '' }, ...to, ...cc, ...replyTo]
  return mailboxes.map(({ name, address }) => `${name} ${address}`).join(' ')
}
