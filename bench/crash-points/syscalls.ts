import { execFileSync } from 'node:child_process'
import type { Injection } from './life.ts'
import { type CrashPoint, point } from './points.ts'

/** Why strace cannot be used here; undefined when it can. */
export function straceMissing(): string | undefined {
  try {
    execFileSync('strace', ['-qq', '-e', 'trace=none', 'true'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'strace is not installed, or may not trace here'
  }
}

/**
 * Between any two calls that matter to the disk: the process is killed at a sync, or a sync or a
 * write fails, at another one in each repeat. SQLite, as Node brings it, syncs with `fsync`.
 */
export const syscallPoints: readonly CrashPoint[] = [
  point('system: killed at the nth fsync', (_time, repeat) => [
    { inject: { what: `fsync:signal=SIGKILL:when=${nth(repeat)}` } },
  ]),
  point('system: killed at the nth write to the log', (_time, repeat) => [
    { inject: { what: `pwrite64:signal=SIGKILL:when=${40 + 5 * repeat}` } },
  ]),
  point('system: killed at the nth write of a checkpoint', (_time, repeat) => [
    {
      inject: { what: `pwrite64:signal=SIGKILL:when=${4 + repeat}`, mainFile: true },
      after: 'stop',
    },
  ]),
  point('system: EIO from the nth fsync', (_time, repeat) => [
    { inject: { what: `fsync:error=EIO:when=${nth(repeat)}` }, after: 'answers' },
  ]),
  point('system: ENOSPC from three writes on', (_time, repeat) => [
    {
      inject: { what: `pwrite64:error=ENOSPC:when=${120 + 7 * repeat}..${122 + 7 * repeat}` },
      after: 'answers',
    },
  ]),
]

/**
 * The first syncs make the database, then emails are accepted and sent. A life has some thirty of
 * them, fewer where the machine is quick and more share one.
 */
function nth(repeat: number): number {
  return 12 + (repeat % 12)
}

/** The program that runs Postern so, and writes what it did to `report`. */
export function straceFor({ what, mainFile }: Injection, database: string, report: string) {
  return [
    ...['strace', '-f', '-qq', '-o', report],
    ...(mainFile ? ['-P', database] : []),
    ...['-e', 'trace=fsync,fdatasync,pwrite64', '-e', `inject=${what}`],
  ]
}
