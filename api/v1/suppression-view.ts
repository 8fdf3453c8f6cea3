import type {
  Suppression,
  SuppressionCause,
  SuppressionEntry,
} from '../../mail/email/suppression.ts'
import type { SuppressionDetail, SuppressionSummary } from '../openapi/answers.ts'
import { iso } from './email-view.ts'

export function suppressionSummary({
  id,
  project,
  address,
  list,
  causes,
}: Suppression): SuppressionSummary {
  return {
    id,
    project,
    address,
    list: list ?? null,
    created_at: iso(causes[0]!.at),
    causes: causes.map(causeView),
  }
}

export function suppressionDetail(
  suppression: Suppression,
  history: readonly SuppressionEntry[],
): SuppressionDetail {
  return { ...suppressionSummary(suppression), history: history.map(entryView) }
}

function causeView({ reason, at, by, emailId, status, text }: SuppressionCause) {
  return {
    reason,
    created_at: iso(at),
    by,
    email_id: emailId ?? null,
    status: status ?? null,
    text: text ?? null,
  }
}

function entryView({ at, what, reason, by, emailId }: SuppressionEntry) {
  return { at: iso(at), what, reason, by, email_id: emailId ?? null }
}
