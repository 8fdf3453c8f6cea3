import type { EngineName } from './email/engine-name.ts'
import type { Queue } from './ports/queue.ts'
import type { Standing } from './ports/standing.ts'

interface Stores {
  readonly standing: Standing
  readonly queue: Queue
}

/** Ends the pause of these engines, and makes what waited behind it due: a person has seen to it. */
export async function wakeEngines(
  { standing, queue }: Stores,
  engines: readonly EngineName[],
): Promise<void> {
  await Promise.all(engines.map((name) => standing.resume(name)))
  await queue.hasten()
}
