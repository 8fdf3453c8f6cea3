import type { Scope } from '../../mail/email/project.ts'
import type { Capture, CaptureChange } from '../../mail/ports/captures.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { capturesIn, found, type Search } from './find.ts'

/** Which captures are meant: those with these ids or what a search finds; without either, all. */
interface Meant {
  readonly ids: readonly string[]
  readonly search?: Search
}

/** Captures that are changed at a time: one machine commits them together. */
const atOnce = 50

/** Changes every capture that is meant, each as it is to become; those that are so already are not. */
export async function changeAll(
  postern: Postern,
  scope: Scope,
  { ids, search }: Meant,
  becomes: (capture?: Capture) => CaptureChange,
): Promise<void> {
  const change = async (id: string, capture?: Capture) => {
    const wanted = becomes(capture)
    if (capture && isSo(capture, wanted)) return
    await postern.captures.change(id, wanted, scope)
  }
  if (ids.length > 0) return inTurns([...new Set(ids)], (id) => change(inSpelling(id)))
  const meant = search
    ? found(postern.captures, search, Infinity)
    : capturesIn(postern.captures, { scope })
  await inTurns(meant, (capture) => change(capture.id, capture))
}

function isSo({ seen, tags }: Capture, wanted: CaptureChange): boolean {
  const sameTags = wanted.tags === undefined || wanted.tags.join('\n') === tags.join('\n')
  return sameTags && (wanted.seen === undefined || wanted.seen === seen)
}

async function inTurns<One>(
  all: AsyncIterable<One> | Iterable<One>,
  work: (one: One) => Promise<void>,
): Promise<void> {
  let turn: One[] = []
  for await (const one of all) {
    turn.push(one)
    if (turn.length < atOnce) continue
    await Promise.all(turn.map(work))
    turn = []
  }
  await Promise.all(turn.map(work))
}

/** Captures that are removed at a time: a large heap must not stop everything else. */
const removedAtOnce = 500

/** Removes these, never all. */
export async function removeThese(
  { captures }: Postern,
  ids: readonly string[],
  scope: Scope,
): Promise<void> {
  for (let at = 0; at < ids.length; at += removedAtOnce)
    await captures.remove(ids.slice(at, at + removedAtOnce).map(inSpelling), scope)
}

/** An id as Postern gives it: UUIDs are read in any case (RFC 9562). */
function inSpelling(id: string): string {
  return id.toLowerCase()
}
