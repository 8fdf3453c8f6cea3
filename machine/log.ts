import type { Clock } from '../mail/ports/clock.ts'

/** Takes one notable thing: words and numbers, never an address, a content or a secret. */
export type Log = (line: Readonly<Record<string, unknown>>) => void

/** The same trouble is logged again after this many milliseconds at the earliest. */
const quietMs = 10_000

/** Most kinds of trouble told apart. */
const mostKinds = 100

/**
 * One JSON line for each notable thing. A full disk fails every request: what repeats is counted
 * and told once in a while, so that the log does not fill the disk further.
 */
export function jsonLog(write: (text: string) => void, clock: Clock): Log {
  const told = new Map<string, { at: number; missed: number }>()
  return (line) => {
    const kind = JSON.stringify(line)
    const now = clock.now()
    const before = told.get(kind)
    if (before && now - before.at < quietMs) return void (before.missed += 1)
    if (told.size >= mostKinds) told.clear()
    told.set(kind, { at: now, missed: 0 })
    const repeated = before?.missed ? { repeated: before.missed } : {}
    write(`${JSON.stringify({ time: new Date(now).toISOString(), ...line, ...repeated })}\n`)
  }
}
