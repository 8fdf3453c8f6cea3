import type { Capture } from '../../mail/ports/captures.ts'
import type { CaptureSummary } from '../openapi/answers.ts'
import { iso } from './email-view.ts'

/** A capture in a list. `from` and `to` are the envelope: who would really have got it, Bcc included. */
export function captureSummary(capture: Capture): CaptureSummary {
  const { emailId, project, at, id, from, to, subject, size, seen, tags } = capture
  const summary = { from, to, subject, size, seen, tags }
  return { id, email_id: emailId, project, created_at: iso(at), ...summary }
}
