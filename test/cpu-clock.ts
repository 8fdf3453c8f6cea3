/**
 * Starts counting the CPU time of this process, in milliseconds: unlike the time on the wall, it
 * does not grow with what else the machine does, so that a bound on it is one on the work.
 */
export function cpuClock(): () => number {
  const start = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1_000
  }
}
