import { createStore } from './store.ts'

/** How Postern answers: as it should, not yet though it has been asked for a while, or not at all. */
export const connection = createStore<'fine' | 'slow' | 'gone'>('fine')

/** How many times it came back: what could not be read before can be now. */
export const returns = createStore(0)

/** An answer that takes longer is worth mentioning, in milliseconds. */
const slowAfterMs = 4_000

/** How often it is looked for when it is gone, in milliseconds. */
const lookEveryMs = 2_000

const overdue = new Set<object>()

/** Watches one request. @returns what to call when it has ended, either way */
export function watch(): () => void {
  const mark = {}
  const timer = setTimeout(() => {
    overdue.add(mark)
    if (connection.get() === 'fine') connection.set('slow')
  }, slowAfterMs)
  return () => {
    clearTimeout(timer)
    overdue.delete(mark)
    if (overdue.size === 0 && connection.get() === 'slow') connection.set('fine')
  }
}

/** Some answer came. */
export function noteReached() {
  if (connection.get() !== 'gone') return
  connection.set(overdue.size > 0 ? 'slow' : 'fine')
  returns.set(returns.get() + 1)
}

/** No answer came: from now on it is looked for until it is back. */
export function noteLost() {
  if (connection.get() === 'gone') return
  connection.set('gone')
  void lookForIt()
}

async function lookForIt() {
  while (connection.get() === 'gone') {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    const signal = AbortSignal.timeout(slowAfterMs)
    await fetch('/v1/session', { signal }).then(noteReached, () => undefined)
  }
}
