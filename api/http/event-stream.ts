import type { Clock } from '../../mail/ports/clock.ts'

/** Milliseconds after which a reader that takes nothing is given up. */
const stalledMs = 60_000

interface Ending {
  readonly clock: Clock
  /** Called once, when nothing more is read, for whichever reason. */
  readonly onEnd: () => void
}

/**
 * Pieces of text as the body of an answer. Each is made when the one before has left, so that a slow
 * reader takes no memory, and one that stands still is cut off.
 */
export function streamOf(
  pieces: AsyncIterator<string, void>,
  { clock, onEnd }: Ending,
): ReadableStream<Uint8Array> {
  let stopWatching: () => void = () => undefined
  let isOver = false

  function end() {
    stopWatching()
    if (!isOver) onEnd()
    isOver = true
  }

  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      stopWatching()
      const { done, value } = await pieces.next().catch((error: unknown) => {
        end()
        throw error
      })
      if (isOver) return
      if (done) {
        end()
        return controller.close()
      }
      controller.enqueue(new TextEncoder().encode(value))
      stopWatching = clock.at(clock.now() + stalledMs, () => {
        end()
        controller.error(new Error('the reader of an event stream stands still'))
      })
    },
    cancel: end,
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

/** A server-sent event as the HTML standard writes it (section 9.2.6): without data it only moves the place. */
export function serverSentEvent(id: string, event?: { name: string; data: object }): string {
  const rest = event ? `event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n` : ''
  return `id: ${id}\n${rest}\n`
}
