import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** So much memory as a Lambda function has, and not a byte more: what needs more is killed. */
interface MemoryCgroup {
  readonly add: (pid: number) => void
  /** Most that was in use at a time, in bytes. */
  readonly peak: () => number
  readonly remove: () => void
}

/** The file names of both versions (https://docs.kernel.org/admin-guide/cgroup-v1/memory.html). */
const versions = [
  {
    at: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    most: 'memory.max_usage_in_bytes',
  },
  { at: '/sys/fs/cgroup', limit: 'memory.max', most: 'memory.peak' },
]

/** @throws Error where this process may make none */
export function memoryCgroup(bytes: number): MemoryCgroup {
  const { at, limit, most } = versions.find(({ at }) => existsSync(join(at, 'cgroup.procs')))!
  const group = join(at, `postern-${process.pid}-${Date.now()}`)
  mkdirSync(group)
  writeFileSync(join(group, limit), String(bytes))
  return {
    add: (pid) => writeFileSync(join(group, 'cgroup.procs'), String(pid)),
    peak: () => Number(readFileSync(join(group, most), 'utf8')),
    remove: () => rmdirSync(group),
  }
}

/** Why there can be none here; undefined where there can. */
export function noMemoryCgroup(): string | undefined {
  try {
    memoryCgroup(64_000_000).remove()
    return undefined
  } catch {
    return 'no right to make a memory cgroup'
  }
}
