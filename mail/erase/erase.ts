import type { Erasable } from '../email/erasable.ts'
import { erasable } from '../email/erasable.ts'
import type { Scope } from '../email/project.ts'
import type { EmailState } from '../email/states.ts'
import { cancel } from '../manage/manage.ts'
import type { ErasureSlice, ErasureStep } from '../ports/erasure.ts'
import type { Postern } from '../ports/postern.ts'

export interface ErasureWish extends ErasureStep {
  /** Cancels emails to or from it that still wait; without it they stay. */
  readonly cancel: boolean
}

/** What one call came to. */
export interface Erased {
  readonly found: Counts
  readonly left: Counts
  readonly canceled: number
  /** Of those in `left`: emails to or from the address that still wait. */
  readonly waiting: number
  readonly after?: string
}

export type Counts = Readonly<Record<Erasable, number>>

/** One call works so long, in milliseconds: an HTTP API gives up after 30 s. */
const callMs = 5_000

/** Erases an address in as much as one call takes, or only finds it there. */
export async function erase(postern: Postern, wish: ErasureWish): Promise<Erased> {
  const end = performance.now() + callMs
  const slices: ErasureSlice[] = []
  let canceled = 0
  let after = wish.after
  do {
    let slice = await postern.erasure.step({ ...wish, after })
    const stopped = wish.cancel && !wish.isTrial ? await cancelAll(postern, wish, slice) : 0
    canceled += stopped
    slices.push(stopped > 0 ? withoutWaiting(slice) : slice)
    // What was canceled is settled now, and erased like the rest.
    if (stopped > 0) slices.push((slice = await postern.erasure.step({ ...wish, after })))
    after = slice.after
  } while (after !== undefined && performance.now() < end)
  return {
    found: countsOf(slices.flatMap(({ found }) => found)),
    left: countsOf(slices.flatMap(({ left }) => left)),
    canceled,
    waiting: slices.reduce((sum, { waiting }) => sum + waiting.length, 0),
    ...(after !== undefined && { after }),
  }
}

async function cancelAll(postern: Postern, { scope }: ErasureWish, { waiting }: ErasureSlice) {
  let canceled = 0
  for (const id of waiting) if ((await cancel(postern, id, scope)).kind === 'done') canceled += 1
  return canceled
}

/** What the second look finds left counts, not what the first did. */
function withoutWaiting(slice: ErasureSlice): ErasureSlice {
  return { ...slice, left: [], waiting: [] }
}

function countsOf(kinds: readonly Erasable[]): Counts {
  const counts = Object.fromEntries(erasable.map((kind) => [kind, 0])) as Record<Erasable, number>
  for (const kind of kinds) counts[kind] += 1
  return counts
}

/** The states in which an email to a person has yet to leave. */
const waitingStates: readonly EmailState[] = ['scheduled', 'queued', 'sending', 'held']

/** Whether an email to this address waits: it is looked for before anything is erased. */
export async function isWaitingFor(
  { emails }: Postern,
  address: string,
  scope: Scope,
): Promise<boolean> {
  const asked = waitingStates.map((state) => emails.list({ scope, state, q: address, limit: 1 }))
  return (await Promise.all(asked)).some(({ data }) => data.length > 0)
}
