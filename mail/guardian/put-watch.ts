import type { Backend } from '../ports/backend.ts'
import type { Watch } from '../ports/reputation.ts'
import { tellOf } from './tell.ts'

export type Watching = Pick<Backend, 'reputation' | 'events' | 'queue' | 'clock'>

/**
 * Puts a watch in the place of the one that was seen; says whether it did. Told first: after a crash
 * in between it is told once more, under the same id.
 */
export async function putWatch(
  { reputation, events, queue }: Watching,
  watch: Watch,
  before: Watch | undefined,
): Promise<boolean> {
  const event = tellOf(watch, before?.level)
  if (event) await events.record(event)
  const isOurs = await reputation.watch(watch, before?.since)
  if (isOurs && before?.level === 'held') await queue.hasten()
  return isOurs
}
