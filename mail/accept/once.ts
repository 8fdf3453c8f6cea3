import type { Email } from '../email/email.ts'
import type { IdempotencyEntry } from '../ports/idempotency.ts'
import type { Postern } from '../ports/postern.ts'
import { dayMs } from '../email/time.ts'

/** An Idempotency-Key of a caller, with the SHA-256 of what was asked under it. */
export interface KeyedRequest {
  readonly key: string
  readonly bodyHash: string
}

/** What a request begins: for whom, and the entry that its replays find. */
interface Beginning extends Pick<IdempotencyEntry, 'owner' | 'id' | 'refused'> {
  readonly request: KeyedRequest
}

type OnceEnd =
  | { readonly kind: 'done'; readonly entry: IdempotencyEntry; readonly replayed: boolean }
  /** The key belongs to another request. */
  | { readonly kind: 'conflict' }
  /** The same request is in progress right now. */
  | { readonly kind: 'running' }

/** An Idempotency-Key is remembered for 24 hours, as Resend does. */
const rememberedMs = dayMs

/** A request that has been running longer than this has died; the next one continues it. */
const longestRequestMs = 60_000

/**
 * Has the work of a request done once, however often it is asked for within 24 hours. The entry
 * comes first: whatever crashes afterwards, the next try continues the work under the same id.
 *
 * @param work also continues what an earlier try left, `isNew` when there was none; says why when
 * it can no longer be done, and then must have left nothing behind
 */
export async function once<Stop>(
  { idempotency, clock }: Postern,
  { owner, request, ...begin }: Beginning,
  work: (entry: IdempotencyEntry, isNew: boolean) => Promise<Stop | undefined>,
): Promise<OnceEnd | Stop> {
  const now = clock.now()
  const wanted = { ...entryOf(owner, request, now + rememberedMs), ...begin, startedAt: now }
  const earlier = await idempotency.begin(wanted, now)
  if (earlier && earlier.bodyHash !== request.bodyHash) return { kind: 'conflict' }
  if (earlier?.finished) return { kind: 'done', entry: earlier, replayed: true }
  if (earlier && now - earlier.startedAt < longestRequestMs) return { kind: 'running' }
  try {
    const stop = await work(earlier ?? wanted, earlier === undefined)
    if (stop) {
      await idempotency.release(owner, request.key)
      return stop
    }
    await idempotency.finish(owner, request.key)
    return { kind: 'done', entry: earlier ?? wanted, replayed: earlier !== undefined }
  } catch (error) {
    await idempotency.release(owner, request.key).catch(() => undefined)
    throw error
  }
}

/** What the same request has begun under this key before, finished or not. */
export async function beganBefore(
  { idempotency, clock }: Postern,
  owner: string,
  request: KeyedRequest,
): Promise<IdempotencyEntry | undefined> {
  const now = clock.now()
  // Expired from the start: it is only a query.
  const earlier = await idempotency.begin(entryOf(owner, request, now), now)
  return earlier?.bodyHash === request.bodyHash ? earlier : undefined
}

/** Reads what a request asked for when it was first made: its times were still to come then. */
export function asFirstAsked<Thing>(
  { expiresAt }: IdempotencyEntry,
  read: (now: number) => Thing,
): Thing {
  return read(expiresAt - rememberedMs)
}

/** Whether anything happened since the record was written: then its job was there. */
export function isUnderWay(email: Email | undefined): boolean {
  return email !== undefined && email.revision > 1
}

function entryOf(owner: string, request: KeyedRequest, expiresAt: number): IdempotencyEntry {
  return { owner, ...request, id: '', startedAt: 0, expiresAt, finished: false }
}
