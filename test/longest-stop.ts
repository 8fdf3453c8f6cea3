import { threadClock } from './cpu-clock.ts'

/**
 * The most CPU time of this thread, as `threadClock` counts it, between two turns of its loop.
 * What other work left to be collected counts too, and the least of up to three tries does without:
 * `enough` is what ends them, in milliseconds.
 */
export async function longestStopOf(work: () => Promise<unknown>, enough = 250): Promise<number> {
  let least = Infinity
  for (let tries = 0; tries < 3 && least >= enough; tries++)
    least = Math.min(least, await longestOnce(work))
  return least
}

async function longestOnce(work: () => Promise<unknown>): Promise<number> {
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  let isOver = false
  const end = turn()
    .then(work)
    .finally(() => (isOver = true))
  let longest = 0
  while (!isOver) {
    const spent = threadClock()
    await turn()
    longest = Math.max(longest, spent())
  }
  await end
  return longest
}
