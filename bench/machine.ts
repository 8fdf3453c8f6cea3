import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, platform, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { percentile } from './statistics.ts'

/** Where figures come from: what is run, on which machine, and how fast its disk says done. */
export function describeMachine() {
  return {
    commit: commit(),
    at: new Date().toISOString(),
    node: process.version,
    system: `${platform()} ${release()}`,
    processors: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    loadBefore: Number(loadavg()[0]!.toFixed(2)),
    syncMs: syncMs(),
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

/** Milliseconds of a write of one page and its fdatasync: the middle one and one of a hundred. */
function syncMs(): { p50: number; p99: number } {
  const directory = mkdtempSync(join(tmpdir(), 'postern-sync-'))
  const file = openSync(join(directory, 'probe'), 'w')
  const times = Array.from({ length: 300 }, () => {
    const since = performance.now()
    writeSync(file, Buffer.alloc(4_096))
    fdatasyncSync(file)
    return performance.now() - since
  })
  closeSync(file)
  rmSync(directory, { recursive: true })
  const rounded = (share: number) => Number(percentile(times, share).toFixed(2))
  return { p50: rounded(0.5), p99: rounded(0.99) }
}
