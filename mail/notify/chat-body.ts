import type { Email } from '../email/email.ts'
import type { Event } from '../ports/events.ts'

/** A sentence for people. No address and no subject: a chat is read by many. */
function sentenceOf(event: Event, email: Email | undefined): string {
  const { type, project, text, status, webhook } = event
  const about = email ? ` (email ${email.id})` : webhook ? ` (${webhook.host}, ${webhook.id})` : ''
  const why = [status, text].filter(Boolean).join(' ')
  return `Postern, project ${project}: ${type}${about}${why ? `: ${why}` : ''}`
}

/** As Slack's incoming webhooks take it; what it reads as markup is escaped (api.slack.com). */
export function slackBody(event: Event, email: Email | undefined): string {
  const escaped = { '&': '&amp;', '<': '&lt;', '>': '&gt;' } as const
  const text = sentenceOf(event, email).replace(/[&<>]/g, (one) => escaped[one as '&'])
  return JSON.stringify({ text })
}

/** As a workflow of Microsoft Teams takes it: a message with an adaptive card. */
export function teamsBody(event: Event, email: Email | undefined): string {
  // Read as Markdown otherwise.
  const text = sentenceOf(event, email).replace(/[\\`*_[\]()#<>]/g, '\\$&')
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'TextBlock', text, wrap: true }],
  }
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return JSON.stringify({ type: 'message', attachments: [{ contentType, content: card }] })
}
