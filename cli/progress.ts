import type { Terminal } from './terminal.ts'

/** How long nothing new is shown, in milliseconds: eyes follow no faster. */
const quietMs = 100

/**
 * Counts long work for who waits at a terminal: elsewhere, nothing is shown.
 *
 * @param words what is shown of a count
 */
export async function withProgress<T>(
  { showProgress }: Terminal,
  words: (count: number) => string,
  work: (add: (count: number) => void) => Promise<T>,
): Promise<T> {
  let count = 0
  let shownAt = -Infinity
  function add(more: number) {
    count += more
    if (!showProgress || performance.now() - shownAt < quietMs) return
    shownAt = performance.now()
    showProgress(words(count))
  }
  try {
    return await work(add)
  } finally {
    showProgress?.('')
  }
}

/** The same pieces, counted as they pass. */
export async function* counted(
  pieces: AsyncIterable<Uint8Array>,
  add: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    add(piece.byteLength)
    yield piece
  }
}

/** As people write it: `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
