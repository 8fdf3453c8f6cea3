import { createHash } from 'node:crypto'
import { eventTypes } from '../../mail/email/event.ts'
import type { ToldEntry } from './entries.ts'

/** The secret of a soak's webhook: the endpoint knows it before Postern does. */
export function secretOf(seed: number): string {
  return `whsec_${createHash('sha256').update(`webhook of ${seed}`).digest('base64')}`
}

/** Has an endpoint told of all there is. */
export async function setWebhook(url: string, seed: number, port: number): Promise<void> {
  const endpoint = `http://127.0.0.1:${port}/told`
  const wish = { endpoint, events: eventTypes, signing_secret: secretOf(seed) }
  const answer = await fetch(`${url}/webhooks`, { method: 'POST', body: JSON.stringify(wish) })
  if (answer.status !== 201) throw new Error(`setting a webhook was answered ${answer.status}`)
}

/** An event as Postern's own API has it: compared with what was heard, never believed. */
export interface KeptEvent {
  readonly id: string
  readonly type: string
  readonly email_id: string | null
  readonly recipient: string | null
}

/** Waits until an endpoint has taken every event that is kept, or the time is over; all of those. */
export async function untilTold(
  url: string,
  readHeard: () => readonly ToldEntry[],
  deadline: number,
): Promise<KeptEvent[]> {
  const events = await eventsOf(url)
  for (;;) {
    const taken = new Set(readHeard().flatMap(({ id, answer }) => (answer === 'taken' ? id : [])))
    if (Date.now() > deadline || events.every(({ id }) => taken.has(`msg_${id}`))) return events
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** Between two looks at what was heard, in milliseconds: a hundred thousand lines take some. */
const pollMs = 1_000

async function eventsOf(url: string): Promise<KeptEvent[]> {
  const events: KeptEvent[] = []
  for (let after = ''; ;) {
    const answer = await fetch(`${url}/v1/events?order=oldest&limit=100${after}`)
    const { data, has_more, cursor } = (await answer.json()) as EventPage
    events.push(...data)
    if (!has_more) return events
    after = `&after=${cursor}`
  }
}

interface EventPage {
  readonly data: KeptEvent[]
  readonly has_more: boolean
  readonly cursor: string
}
