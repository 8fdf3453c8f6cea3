/** Memory for the contents that are being sent: what does not fit waits until others are done. */
export interface Room {
  /**
   * Does the work once its content fits, in the order asked but for what fits already.
   *
   * @param bytes of content, as it was accepted
   * @param stopping when it aborts, what still waits is not begun
   * @param most share of the budget that may be used with it, 0 to 1; all of it unless given
   * @returns undefined when it was not begun
   */
  within<T>(
    bytes: number,
    stopping: AbortSignal,
    work: () => Promise<T>,
    most?: number,
  ): Promise<T | undefined>
}

/** What the process needs for itself: Node, the SDK's clients, the engine, in bytes. */
const ownBytes = 130 * 1_048_576

/**
 * What one byte of content takes while it is sent: as JSON, as text, as MIME, as base64 in a
 * request, and what was let go of but not collected yet. Seven, and a margin. Measured, in a group
 * of processes that may use so much and no more, by test/end-to-end/send-memory.test.ts.
 */
const bytesEach = 9

/**
 * How many bytes of content a process may hold at a time: 42 MB of 512. The largest email there may
 * be is let in alone, whatever the memory is.
 */
export function contentBudget(memoryMb: number): number {
  return Math.max(0, memoryMb * 1_048_576 - ownBytes) / bytesEach
}

interface Wish {
  readonly bytes: number
  readonly most: number
}

interface Waiting extends Wish {
  readonly enter: () => void
}

/** From here on an email needs what earlier ones have left behind, in bytes. */
export const large = 4_000_000

/**
 * @param budget of all that is being sent, in bytes; one that is larger gets it all
 * @param cleanUp called before a large one
 */
export function room(budget: number, cleanUp = async () => {}): Room {
  const waiting = new Set<Waiting>()
  let used = 0

  function take({ bytes, most }: Wish): boolean {
    const fits = used === 0 || used + bytes <= budget * most
    if (fits) used += bytes
    return fits
  }

  function leave(bytes: number) {
    used -= bytes
    for (const one of waiting) if (take(one)) one.enter()
  }

  /** Says whether there is room now. */
  function enter(wish: Wish, stopping: AbortSignal): Promise<boolean> {
    if (stopping.aborted) return Promise.resolve(false)
    if (take(wish)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (isIn: boolean) => {
        waiting.delete(one)
        stopping.removeEventListener('abort', giveUp)
        resolve(isIn)
      }
      const giveUp = () => end(false)
      const one = { ...wish, enter: () => end(true) }
      waiting.add(one)
      stopping.addEventListener('abort', giveUp)
    })
  }

  return {
    async within(bytes, stopping, work, most = 1) {
      if (!(await enter({ bytes, most }, stopping))) return undefined
      try {
        if (bytes >= large) await cleanUp()
        return await work()
      } finally {
        leave(bytes)
      }
    },
  }
}
