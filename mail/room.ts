import type { Room, Stay } from './ports/room.ts'

/**
 * The part of the heap that contents may be, counted as they come in. One that is worked on is in
 * memory up to six times: in chunks, joined, as text, as what was read from it, and as the bytes
 * that are kept or sent. `test/end-to-end/flood.test.ts` shows what comes of it.
 */
const shareOfHeap = 1 / 6

/** What is no larger than this has a part for itself, which large contents leave free. */
export const smallBytes = 256 * 1024
const shareOfLarge = 7 / 8

/** One holder of several large contents has so much of the room. */
const shareOfEach = 1 / 2

/** So many may wait: each occupies a worker. */
const mostWaiting = 5

/** What was to be brought into memory has no room there now; later it may. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'
}

/**
 * Divides the memory for contents fairly.
 *
 * @param bytes what the heap of this process may grow to
 * @param share of them that contents may be
 */
export function room(bytes: number, share = shareOfHeap): Room {
  const most = Math.floor(bytes * share)
  const mostBytes = Math.floor(most * shareOfLarge)
  const mostEach = Math.floor(most * shareOfEach)
  /** What each holder has of large contents. */
  const large = new Map<string, number>()
  const line = new Set<() => void>()
  let used = 0

  function enter(holder: string, bytes: number): Stay | undefined {
    let own = 0

    /** What this stay counts for its holder when it has so many bytes. */
    const counted = (size: number) => (size > smallBytes ? size : 0)

    function hasRoom(wanted: number): boolean {
      const after = used + wanted - own
      if (wanted <= smallBytes) return after <= most
      const others = (large.get(holder) ?? 0) - counted(own)
      return after <= mostBytes && (others === 0 || others + wanted <= mostEach)
    }

    function become(size: number) {
      const change = counted(size) - counted(own)
      used += size - own
      own = size
      if (change === 0) return
      const now = (large.get(holder) ?? 0) + change
      if (now > 0) large.set(holder, now)
      else large.delete(holder)
    }

    function more(added: number): boolean {
      const fits = hasRoom(own + added)
      if (fits) become(own + added)
      return fits
    }

    function leave() {
      become(0)
      for (const next of line) next()
    }

    return more(bytes) ? { more, leave } : undefined
  }

  function wait(holder: string, bytes: number, signal: AbortSignal): Promise<Stay | undefined> {
    // What was accepted with more memory has to leave with less.
    const wanted = Math.min(bytes, mostBytes)
    const stay = enter(holder, wanted)
    if (stay || signal.aborted || line.size >= mostWaiting) return Promise.resolve(stay)
    return new Promise((resolve) => {
      const end = (result?: Stay) => {
        line.delete(look)
        signal.removeEventListener('abort', stop)
        resolve(result)
      }
      const look = () => {
        const found = enter(holder, wanted)
        if (found) end(found)
      }
      const stop = () => end()
      line.add(look)
      signal.addEventListener('abort', stop)
    })
  }

  return { mostBytes, usedBytes: () => used, enter, wait }
}
