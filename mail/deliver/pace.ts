import { usualWeights } from '../email/stream.ts'
import type { Clock } from '../ports/clock.ts'
import type { Pace } from '../ports/pace.ts'
import { lines, type InLine } from './lines.ts'
import { enter, firstFreeTime, rateOf, type Departure } from './timetable.ts'

/**
 * Lets so many leave a second, without a burst anywhere; who leaves next is decided when something
 * may leave, so that a code need not wait for the mailing that asked before it.
 *
 * A worked example at 2 per second: three ask for 1 each at 0 ms. They leave at 0, 500 and 1,000.
 * One that asks for 2 together then leaves at 2,000: a second that holds it may hold nothing else.
 * Until then one that asks for 1 leaves only where that does not put it off: at 500 it would be too
 * close to the one before, at 1,500 its second would hold the 2 as well; it leaves at 3,000.
 *
 * @param catchUpMs so much time before it is asked may be made up for, where nothing left in it
 */
export function pace(clock: Clock, catchUpMs = 0): Pace {
  const timetable: Departure[] = []
  const waiting = lines<Waiter>()
  /** Until here nothing more could leave, for all that waited then. */
  let servedAt = -Infinity
  let alarm: { at: number; cancel: () => void } | undefined

  function serve() {
    const now = clock.now() * 1_000
    let next = nextTurn(now)
    for (; next && next.at <= now; next = nextTurn(now)) depart(next)
    setAlarm(next && Math.ceil(next.at / 1_000))
    servedAt = now
  }

  function nextTurn(now: number): Turn | undefined {
    const first = waiting.first()
    if (!first) return undefined
    forget(timetable, Math.min(servedAt, fromOf(first)), first.perSecond)
    const at = timeOf(first, timetable)
    return at <= now ? { waiter: first, at } : besides(first, at)
  }

  /** The first is not put off, but one with fewer recipients may leave in a gap before it. */
  function besides(first: Waiter, at: number): Turn {
    let best = { waiter: first, at }
    const withFirst = [...timetable]
    enter(withFirst, { at, count: first.count })
    for (const waiter of waiting.all()) {
      if (waiter.count >= first.count) continue
      const own = timeOf(waiter, withFirst)
      if (own < best.at) best = { waiter, at: own }
    }
    return best
  }

  function depart({ waiter, at }: Turn) {
    waiting.serve(waiter)
    enter(timetable, { at, count: waiter.count })
    waiter.leave()
  }

  function fromOf({ askedAt }: Waiter): number {
    return askedAt >= servedAt ? askedAt - catchUpMs * 1_000 : servedAt
  }

  function timeOf(waiter: Waiter, around: readonly Departure[]): number {
    return firstFreeTime(around, waiter.count, fromOf(waiter), rateOf(waiter.perSecond))
  }

  function setAlarm(at: number | undefined) {
    if (alarm?.at === at) return
    alarm?.cancel()
    alarm = at === undefined ? undefined : { at, cancel: clock.at(at, ring) }
  }

  function ring() {
    alarm = undefined
    serve()
  }

  return {
    take(count, perSecond, signal, { lane, weights } = anyone) {
      if (perSecond === null || signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const askedAt = clock.now() * 1_000
        const waiter = { count, perSecond, lane, weights, askedAt, leave }
        waiting.add(waiter)
        signal.addEventListener('abort', giveUp)
        serve()
        function leave() {
          signal.removeEventListener('abort', giveUp)
          resolve()
        }
        function giveUp() {
          waiting.leave(waiter)
          leave()
          serve()
        }
      })
    },
  }
}

interface Waiter extends InLine {
  readonly perSecond: number
  /** In microseconds. */
  readonly askedAt: number
  readonly leave: () => void
}

/** Whose turn it is, and when. */
interface Turn {
  readonly waiter: Waiter
  readonly at: number
}

const anyone = { lane: '', weights: usualWeights }

/** Drops what left so long ago that it matters no more to what leaves from `from` on. */
function forget(timetable: Departure[], from: number, perSecond: number) {
  const { reach } = rateOf(perSecond)
  while (timetable[0] && timetable[0].at + reach(timetable[0].count) <= from) timetable.shift()
}
