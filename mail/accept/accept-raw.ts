import type { Caller } from '../keys/caller.ts'
import type { Postern } from '../ports/postern.ts'
import type { AskedEnvelope } from '../request/raw-envelope.ts'
import { readRawRequest, withReadSubject } from '../request/raw-request.ts'
import { accept, type Acceptance } from './accept.ts'

/** A whole MIME email, and what is said with it. */
interface RawWish {
  readonly mime: Buffer
  readonly envelope: AskedEnvelope
  readonly idempotencyKey?: string | undefined
}

/** Says yes to a whole MIME email, whichever door it comes by, as `accept` does. */
export async function acceptRaw(
  postern: Postern,
  { mime, envelope, idempotencyKey }: RawWish,
  caller: Caller,
): Promise<Acceptance> {
  const read = readRawRequest(mime, envelope, idempotencyKey)
  if ('faults' in read) return { kind: 'invalid', faults: read.faults }
  const { request, idempotency } = await withReadSubject(read)
  return accept(postern, () => ({ request }), caller, { idempotency })
}
