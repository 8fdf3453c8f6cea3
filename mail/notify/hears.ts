import { comparisonKey } from '../email/address.ts'
import type { Email } from '../email/email.ts'
import type { EventType } from '../email/event.ts'
import { sentFrom } from '../email/sent-from.ts'
import { allProjects } from '../email/project.ts'
import type { Event } from '../ports/events.ts'
import type { KnownWebhook } from '../ports/webhooks.ts'

/** Whether any endpoint wants to hear of this kind of event in a project. */
export function isHeard(
  webhooks: readonly KnownWebhook[],
  project: string,
  type: EventType,
): boolean {
  return webhooks.some((webhook) => webhook.project === project && webhook.events.includes(type))
}

/** Whether an endpoint may want to know of an event: asked before anything else is read. */
export function mayHear({ id, project, events }: KnownWebhook, event: Event): boolean {
  const isItself = event.webhook?.id === id
  const isOurs = project === event.project || event.project === allProjects
  return isOurs && !isItself && events.includes(event.type)
}

/** Whether it does, by the email that the event is of. A filter lets nothing pass that is of none. */
export function hears({ tags, domains }: KnownWebhook, email: Email | undefined): boolean {
  return hasTags(tags, email) && isFrom(domains, email)
}

function hasTags(wanted: KnownWebhook['tags'], email: Email | undefined): boolean {
  const has = (name: string, value: string) =>
    email?.tags.some((tag) => tag.name === name && tag.value === value)
  return Object.entries(wanted ?? {}).every(([name, value]) => has(name, value))
}

function isFrom(domains: KnownWebhook['domains'], email: Email | undefined): boolean {
  if (!domains?.length) return true
  const domain = comparisonKey((email && sentFrom(email)) ?? '')
    .split('@')
    .at(-1)
  return domains.some((one) => one === domain)
}
