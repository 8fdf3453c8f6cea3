import type { NotNow } from '../../mail/request/refused.ts'
import { Refusal } from './errors.ts'

/** Why nothing can be said of an email now, in any dialect. */
export function notNow(no: NotNow): Refusal {
  switch (no.kind) {
    case 'unavailable':
      return new Refusal(503, 'application_error', `No email is accepted: ${no.reason}.`)
    case 'conflict':
      return new Refusal(
        409,
        'invalid_idempotent_request',
        'This Idempotency-Key was used with another request within the last 24 hours.',
      )
    case 'running':
      return new Refusal(
        409,
        'concurrent_idempotent_requests',
        'The same request is still in progress; try again to get its answer.',
      )
  }
}
