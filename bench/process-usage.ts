import { existsSync, readFileSync } from 'node:fs'

/** What /proc counts CPU time in, per second: USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Resident memory of a process in megabytes; undefined where there is no /proc. */
export function rssMegabytes(pid: number): number | undefined {
  const path = `/proc/${pid}/status`
  if (!existsSync(path)) return undefined
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1]
  return Number(kilobytes) / 1_024
}

/** CPU time a process has taken, in milliseconds; undefined where there is no /proc. */
export function cpuMilliseconds(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`
  if (!existsSync(path)) return undefined
  // After the name, which may hold anything, come the fields from the third on (proc_pid_stat(5)).
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const [user, system] = [fields[11], fields[12]].map(Number)
  return ((user! + system!) / ticksPerSecond) * 1_000
}
