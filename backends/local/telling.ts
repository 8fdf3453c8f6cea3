import type { Event } from '../../mail/ports/events.ts'
import { mayHear } from '../../mail/notify/hears.ts'
import { noticesFor } from '../../mail/notify/tell.ts'
import { findEmail } from './email-rows.ts'
import { insertEvent } from './events.ts'
import type { Store } from './group-commit.ts'
import type { LocalNotices } from './notices.ts'
import type { LocalWebhooks } from './webhooks.ts'

/** A database in which events go with what they tell of. */
export interface TellingStore extends Store {
  /**
   * Keeps an event and the notices of it unless they are there, inside the transaction of what it
   * tells of; says whether the event was news.
   */
  readonly tell: (event: Event) => boolean
}

export function tellingStore(
  store: Store,
  webhooks: LocalWebhooks,
  notices: LocalNotices,
): TellingStore {
  function tell(event: Event): boolean {
    const interested = webhooks.all().filter((webhook) => mayHear(webhook, event))
    if (interested.length > 0) {
      const email = event.emailId === undefined ? undefined : findEmail(store.sql, event.emailId)
      notices.insert(noticesFor(interested, event, email))
    }
    return insertEvent(store.sql, event)
  }

  return { ...store, tell }
}
