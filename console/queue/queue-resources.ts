import { useRef } from 'preact/hooks'
import type { DeadLetter, EmailSummary, Health, List, QueueView } from '../data/answers.ts'
import { withQuery } from '../data/request.ts'
import { useResource, type Resource } from '../data/resource.ts'

export interface QueueResources {
  readonly figures: Resource<Health>
  readonly load: Resource<QueueView>
  readonly held: Resource<List<EmailSummary>>
  readonly queued: Resource<List<EmailSummary>>
  readonly letters: Resource<List<DeadLetter>>
  /** Stays true from the first answer of all on. */
  readonly areThere: boolean
}

/** How often they are read again, in milliseconds. */
const freshMs = 5_000
const lettersFreshMs = 10_000

/**
 * All that the view of the queue shows, to be shown together: a list that came alone would be
 * pushed away by the next.
 *
 * @param after the dead letter that the page of them comes after; the first page without
 */
export function useQueue(after: string | undefined): QueueResources {
  const figures = useResource<Health>('/v1/health', freshMs)
  const load = useResource<QueueView>('/v1/queue', freshMs)
  const held = useResource<List<EmailSummary>>(waitingAt('held'), freshMs)
  const queued = useResource<List<EmailSummary>>(waitingAt('queued'), freshMs)
  const lettersAt = withQuery('/v1/dead-letters', { limit: 25, after })
  const letters = useResource<List<DeadLetter>>(lettersAt, lettersFreshMs)
  const areThere = useRef(false)
  areThere.current ||= [figures, load, held, queued, letters].every(isAnswered)
  return { figures, load, held, queued, letters, areThere: areThere.current }
}

function waitingAt(status: string): string {
  return withQuery('/v1/emails', { status, limit: 5 })
}

function isAnswered({ data, failure }: Pick<Resource<unknown>, 'data' | 'failure'>): boolean {
  return data !== undefined || failure !== undefined
}
