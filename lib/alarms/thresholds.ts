import type { functionWatches } from './function-watches.ts'
import type { mailWatches } from './mail-watches.ts'
import type { queueWatches } from './queue-watches.ts'
import type { reputationWatches } from './reputation-watches.ts'

type NamesOf<Make extends (parts: never) => object> = keyof ReturnType<Make>

/** The alarms, named as the entries of the runbook. */
export type AlarmName =
  | NamesOf<typeof queueWatches>
  | NamesOf<typeof mailWatches>
  | NamesOf<typeof functionWatches>
  | NamesOf<typeof reputationWatches>

/** Above which value an alarm goes off, in the metric's own unit; `false` leaves it out. */
export type Thresholds = Readonly<Partial<Record<AlarmName, number | false>>>

export function thresholdOf(
  thresholds: Thresholds | undefined,
  name: string,
  usual: number,
): number | false {
  return thresholds?.[name as AlarmName] ?? usual
}

/** @throws Error that names what is no alarm here */
export function checkNames(thresholds: Thresholds = {}, known: readonly string[]): void {
  const unknown = Object.keys(thresholds).filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new Error(`alarms: ${unknown.join(', ')}: must be of ${known.join(', ')}`)
}
