import { parentPort, workerData } from 'node:worker_threads'
import { compose, CompositionError } from '../mail/compose/compose.ts'
import type { Uncomposed } from '../mail/email/parcel.ts'
import type { Composed } from './compose-aside.ts'

/** The other side of `composeAside`: runs as a thread that composes one email and ends. */
try {
  // A copy of its own: a Buffer may share its memory with others.
  const bytes = new Uint8Array(await compose(workerData as Uncomposed))
  parentPort!.postMessage({ bytes } satisfies Composed, [bytes.buffer])
} catch (error) {
  if (!(error instanceof CompositionError)) throw error
  parentPort!.postMessage({ fault: error.message } satisfies Composed)
}
