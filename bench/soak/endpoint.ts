import { answerParent } from '../child.ts'
import { openEndpoint, type EndpointOptions } from './endpoint-server.ts'
import type { ToldEntry } from './entries.ts'
import { openLog } from './log-file.ts'

export interface EndpointOrder extends Pick<EndpointOptions, 'seed' | 'faultShare'> {
  readonly log: string
}

/** The endpoint of a soak's webhook in a process of its own; its port. */
answerParent<EndpointOrder, number>(async ({ log, ...order }) => {
  const { port } = await openEndpoint({ ...order, write: openLog<ToldEntry>(log).add })
  return port
})
