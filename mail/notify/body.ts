import type { Email } from '../email/email.ts'
import type { WebhookFormat } from '../email/webhook.ts'
import type { Event } from '../ports/events.ts'
import { slackBody, teamsBody } from './chat-body.ts'
import { resendBody } from './resend-body.ts'
import { sendGridBody } from './sendgrid-body.ts'

/** What an endpoint of each format is sent of an event; undefined: its format has no such event. */
export const bodyIn: Readonly<
  Record<WebhookFormat, (event: Event, email: Email | undefined) => string | undefined>
> = {
  standard: resendBody,
  sendgrid: sendGridBody,
  slack: slackBody,
  teams: teamsBody,
}

/** What is posted: one body, or in SendGrid's format an array of several, each ending in CRLF. */
export function posted(format: WebhookFormat, bodies: readonly string[]): string {
  return format === 'sendgrid' ? `[${bodies.join(',\r\n')}]\r\n` : bodies.join('')
}

/** Most that go in one request. */
export const mostAtOnce: Readonly<Record<WebhookFormat, number>> = {
  standard: 1,
  sendgrid: 100,
  slack: 1,
  teams: 1,
}
