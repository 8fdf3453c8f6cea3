import type { EventType } from '../mail/email/event.ts'
import type { Child } from './child.ts'
import { startChild } from './child.ts'
import type { EndpointsQuestion, Heard } from './endpoints.ts'
import type { ServerProcess } from './server-process.ts'

export type Endpoints = Child<EndpointsQuestion, Heard>

export function openEndpoints(): Endpoints {
  return startChild<EndpointsQuestion, Heard>('endpoints.ts')
}

/** Has some of the endpoints told of events, each by a webhook of its own. */
export async function hook(
  { port }: ServerProcess,
  endpoints: Endpoints,
  { paths, events }: { readonly paths: readonly string[]; readonly events: readonly EventType[] },
): Promise<void> {
  const { port: at } = await endpoints.ask({ kind: 'port' })
  for (const path of paths) {
    const wish = { endpoint: `http://127.0.0.1:${at}/${path}`, events }
    const asked = { method: 'POST', body: JSON.stringify(wish) }
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks`, asked)
    if (answer.status !== 201) throw new Error(`setting a webhook was answered ${answer.status}`)
  }
}
