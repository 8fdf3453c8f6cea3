import type { Signal } from '../../mail/email/signal.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Receipt } from '../../mail/report/receive.ts'
import { troubleDelayMs } from '../../mail/retry.ts'
import { bell } from './bell.ts'
import type { LocalSignals, WaitingSignal } from './signals.ts'

interface ReporterOptions {
  readonly signals: LocalSignals
  readonly receive: (signal: Signal) => Promise<Receipt>
  readonly clock: Clock
  /** Called with each failure: a bug, or a disk that is full. The signal comes again. */
  readonly onError: (error: unknown) => void
}

/** Signals dealt with at a time: they share a commit. */
const atOnce = 50

/** While the disk fails nothing is taken for so long, in milliseconds. */
const restMs = 10_000

/** Deals with the signals of this process: wakes when one is put and when the next becomes due. */
export function startReporter({ signals, receive, clock, onError }: ReporterOptions) {
  const stopping = new AbortController()
  const awake = bell()
  const unlisten = signals.listen(awake.ring)

  async function run() {
    while (!stopping.signal.aborted) {
      const woken = awake.next(stopping.signal)
      const next = await takeSome().catch((error: unknown) => {
        onError(error)
        return clock.now() + restMs
      })
      if (next === 'more') continue
      const cancel = next === undefined ? undefined : clock.at(next, awake.ring)
      await woken
      cancel?.()
    }
    unlisten()
  }

  /** When it is to look again, unless told before. */
  async function takeSome(): Promise<number | 'more' | undefined> {
    const some = signals.due(clock.now(), atOnce)
    if (some.length === 0) return signals.nextDueAt()
    await Promise.all(some.map(dealWith))
    return 'more'
  }

  async function dealWith({ seq, putAt, signal }: WaitingSignal) {
    const receipt = await receive(signal).catch((error: unknown): Receipt => {
      onError(error)
      return { kind: 'defer', seconds: troubleDelayMs(clock.now() - putAt) / 1_000 }
    })
    if (receipt.kind === 'done') await signals.remove(seq)
    else await signals.defer(seq, clock.now() + receipt.seconds * 1_000)
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
