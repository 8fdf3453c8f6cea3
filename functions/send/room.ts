/** Memory for the contents that are being sent: what does not fit waits until others are done. */
export interface Room {
  /**
   * Does the work once its content fits, in the order asked but for what fits already.
   *
   * @param bytes of content, as it was accepted
   * @param stopping when it aborts, what still waits is not begun
   * @returns undefined when it was not begun
   */
  within<T>(bytes: number, stopping: AbortSignal, work: () => Promise<T>): Promise<T | undefined>
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

interface Waiting {
  readonly bytes: number
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

  function take(bytes: number): boolean {
    const fits = used === 0 || used + bytes <= budget
    if (fits) used += bytes
    return fits
  }

  function leave(bytes: number) {
    used -= bytes
    for (const one of waiting) if (take(one.bytes)) one.enter()
  }

  /** Says whether there is room now. */
  function enter(bytes: number, stopping: AbortSignal): Promise<boolean> {
    if (stopping.aborted) return Promise.resolve(false)
    if (take(bytes)) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (isIn: boolean) => {
        waiting.delete(one)
        stopping.removeEventListener('abort', giveUp)
        resolve(isIn)
      }
      const giveUp = () => end(false)
      const one = { bytes, enter: () => end(true) }
      waiting.add(one)
      stopping.addEventListener('abort', giveUp)
    })
  }

  return {
    async within(bytes, stopping, work) {
      if (!(await enter(bytes, stopping))) return undefined
      try {
        if (bytes >= large) await cleanUp()
        return await work()
      } finally {
        leave(bytes)
      }
    },
  }
}
