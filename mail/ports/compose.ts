import type { Uncomposed } from '../email/parcel.ts'

/**
 * Makes the bytes of an email, as `mail/compose/` does; where the host has other work to do
 * meanwhile, those of a large one in a thread.
 *
 * @throws CompositionError when the bytes would not be what was asked for
 */
export type Compose = (letter: Uncomposed) => Promise<Uint8Array>
