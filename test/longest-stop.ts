/** The most CPU time of this thread, in milliseconds, between two turns of its loop. */
export async function longestStopOf(work: () => Promise<unknown>): Promise<number> {
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  let isOver = false
  const end = turn()
    .then(work)
    .finally(() => (isOver = true))
  let [longest, last] = [0, process.threadCpuUsage()]
  while (!isOver) {
    await turn()
    const { user, system } = process.threadCpuUsage(last)
    longest = Math.max(longest, (user + system) / 1_000)
    last = process.threadCpuUsage()
  }
  await end
  return longest
}
