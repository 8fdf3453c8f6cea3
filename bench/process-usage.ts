import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** What a process and all its descendants took, as far as /proc tells; undefined without one. */
interface Usage {
  /** CPU time so far, in milliseconds; of descendants that ended too. */
  readonly cpuMs: number
  /** Resident memory now, in megabytes. */
  readonly rssMb: number
}

/** What /proc counts CPU time in, per second: USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

export function usageOf(root: number): Usage | undefined {
  if (!existsSync(`/proc/${root}/stat`)) return undefined
  const family = familyOf(root)
  const ticks = family.reduce((sum, process) => sum + process.ticks, 0)
  const rssMb = family.reduce((sum, process) => sum + (rssMegabytes(process.pid) ?? 0), 0)
  return { cpuMs: (ticks / ticksPerSecond) * 1_000, rssMb }
}

/** Resident memory of a process in megabytes; undefined where there is no /proc. */
export function rssMegabytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function familyOf(root: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)) ?? [])
  const members = new Set([root])
  for (let before = 0; before < members.size;) {
    before = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

/** Undefined when it has ended meanwhile. */
function processOf(pid: number): Process | undefined {
  // After the name, which may hold anything, come the fields from the third on (proc_pid_stat(5)).
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
  if (fields.length < 15) return undefined
  const [own, ownSystem, waitedFor, waitedForSystem] = fields.slice(11, 15).map(Number)
  const ticks = own! + ownSystem! + waitedFor! + waitedForSystem!
  return { pid, parent: Number(fields[1]), ticks }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
