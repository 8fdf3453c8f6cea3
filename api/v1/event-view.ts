import type { Event } from '../../mail/ports/events.ts'
import type { EventItem } from '../openapi/answers.ts'
import { iso } from './email-view.ts'

/** An event, everything that it may have named: what does not apply is null. */
export function eventView(event: Event): EventItem {
  const { id, type, project, source, emailId, address, tags = [] } = event
  return {
    id,
    type,
    created_at: iso(event.at),
    recorded_at: iso(event.recordedAt),
    project,
    source,
    email_id: emailId ?? null,
    recipient: address ?? null,
    tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
    ...detailsOf(event),
  }
}

function detailsOf(event: Event) {
  const { bounce, status, word, text, visit, suppression, engine, domain, webhook } = event
  return {
    bounce: bounce ?? null,
    status: status ?? null,
    word: word ?? null,
    text: text ?? null,
    visit: visit ?? null,
    suppression: suppression ?? null,
    engine: engine ?? null,
    domain: domain ?? null,
    webhook: webhook ?? null,
  }
}
