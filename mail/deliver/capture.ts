import { capturedText } from './captured-text.ts'
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
  }
  await captures.add(kept, eml, await capturedText(content))
  return { kind: 'captured' }
}
