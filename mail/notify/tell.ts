import type { Email } from '../email/email.ts'
import { allProjects } from '../email/project.ts'
import type { Emails } from '../ports/emails.ts'
import type { Event, Events } from '../ports/events.ts'
import type { NewNotice, Notices } from '../ports/notices.ts'
import type { KnownWebhook, Webhooks } from '../ports/webhooks.ts'
import { bodyIn } from './body.ts'
import { hears, mayHear } from './hears.ts'

interface Ports {
  readonly events: Events
  readonly webhooks: Pick<Webhooks, 'known'>
  readonly notices: Pick<Notices, 'put'>
  readonly emails: Pick<Emails, 'get'>
}

/**
 * The same events, whose endpoints are told: at the port, so that no door is forgotten. The notices
 * are put right after the event, also when it comes again: a crash may have come between.
 */
export function telling({ events, webhooks, notices, emails }: Ports): Events {
  async function noticesOf(event: Event): Promise<readonly NewNotice[]> {
    const interested = (await webhooks.known()).filter((webhook) => mayHear(webhook, event))
    if (interested.length === 0) return []
    const { emailId } = event
    const email = emailId === undefined ? undefined : await emails.get(emailId, allProjects)
    return noticesFor(interested, event, email)
  }

  return {
    ...events,
    async record(event) {
      const told = await noticesOf(event)
      if (told.length === 0) return events.record(event)
      const isNews = await events.record(event)
      await notices.put(told)
      return isNews
    },
  }
}

/** What each of these endpoints is told of an event, if anything. */
export function noticesFor(
  webhooks: readonly KnownWebhook[],
  event: Event,
  email: Email | undefined,
): readonly NewNotice[] {
  return webhooks.flatMap((webhook) =>
    mayHear(webhook, event) && hears(webhook, email)
      ? noticeFor(webhook, event, { body: bodyIn[webhook.format](event, email), email })
      : [],
  )
}

function noticeFor(
  { id: webhookId }: KnownWebhook,
  { id, type, recordedAt: putAt }: Event,
  { body, email }: { readonly body: string | undefined; readonly email: Email | undefined },
): readonly NewNotice[] {
  const { traceparent } = email ?? {}
  const trace = traceparent === undefined ? {} : { traceparent }
  return body === undefined ? [] : [{ webhookId, id, type, putAt, body, ...trace }]
}
