/**
 * Starts counting the CPU time of this process, in milliseconds of the machine on which the bounds
 * were set: it grows neither with what else the machine does nor with how slow the machine is, so
 * that a bound on it is one on the work.
 */
export function cpuClock(): () => number {
  const start = process.cpuUsage()
  return () => inBoundMs(process.cpuUsage(start))
}

/** The same of this thread alone. */
export function threadClock(): () => number {
  const start = process.threadCpuUsage()
  return () => inBoundMs(process.threadCpuUsage(start))
}

/**
 * The same of some work, in the least of up to five tries, which `enough` ends: what other work left
 * to be collected, and code that is not compiled yet, count in the first.
 */
export function leastOfTries(work: () => unknown, enough: number): number {
  let least = Infinity
  for (let tries = 0; tries < 5 && least >= enough; tries++) {
    const spent = threadClock()
    work()
    least = Math.min(least, spent())
  }
  return least
}

function inBoundMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000 / slowness()
}

const json = JSON.stringify(Array.from({ length: 50_000 }, (_, n) => `<p>${n}</p>`))
/** Milliseconds that `fixedWork` took where the bounds were set, two cores of 2026. */
const fixedWorkMs = 12
/** How long a measurement of this machine holds, in milliseconds: its speed changes. */
const holdsMs = 2_000
let measured = { at: -Infinity, slowness: 1 }

/** How many times slower than there this machine is at the moment; 1 where it is quicker. */
function slowness(): number {
  if (performance.now() - measured.at > holdsMs) {
    const least = Math.min(...Array.from({ length: 5 }, fixedWork))
    measured = { at: performance.now(), slowness: Math.max(1, least / fixedWorkMs) }
  }
  return measured.slowness
}

function fixedWork(): number {
  const start = performance.now()
  const joined = (JSON.parse(json) as string[]).join('')
  joined.replaceAll('<p>', '').split('</p>')
  return performance.now() - start
}
