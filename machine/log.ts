import type { Clock } from '../mail/ports/clock.ts'

/** From what must be looked at to what shows how it works. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const

export type LogLevel = (typeof logLevels)[number]

export const logFormats = ['json', 'text'] as const

export type LogFormat = (typeof logFormats)[number]

/** One notable thing: words and numbers, never an address, a content or a secret. */
interface LogLine {
  readonly level: LogLevel
  readonly what: string
  readonly [fact: string]: unknown
}

export type Log = (line: LogLine) => void

export interface LogOptions {
  readonly write: (text: string) => void
  readonly clock: Clock
  /** The least that is told. */
  readonly level?: LogLevel
  readonly format?: LogFormat
}

/** The same trouble is logged again after this many milliseconds at the earliest. */
const quietMs = 10_000

/** Most kinds of trouble told apart. */
const mostKinds = 100

/**
 * One line for each notable thing. A full disk fails every request: what repeats is counted and told
 * once in a while, so that the log does not fill the disk further.
 */
export function openLog(options: LogOptions): Log {
  const { clock, level: least = 'info' } = options
  const writeLine = lineWriter(options)
  const told = new Map<string, { at: number; missed: number }>()
  return (line) => {
    if (logLevels.indexOf(line.level) > logLevels.indexOf(least)) return
    const kind = JSON.stringify(line)
    const now = clock.now()
    const before = told.get(kind)
    if (before && now - before.at < quietMs) return void (before.missed += 1)
    if (told.size >= mostKinds) told.clear()
    told.set(kind, { at: now, missed: 0 })
    const repeated = before?.missed ? { repeated: before.missed } : {}
    writeLine({ ...line, ...repeated })
  }
}

/** Writes every line, as it comes. */
export function lineWriter({ write, clock, format = 'json' }: LogOptions): Log {
  const spell = format === 'json' ? jsonLine : textLine
  return (line) => write(`${spell(new Date(clock.now()).toISOString(), line)}\n`)
}

function jsonLine(time: string, line: LogLine): string {
  return JSON.stringify({ time, ...line })
}

/** `2026-01-02T03:04:05.678Z ERROR engine blocked engine=smtp reason="535 no"`: one line, whatever it holds. */
function textLine(time: string, { level, what, ...facts }: LogLine): string {
  const pairs = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${spelled(value)}`],
  )
  return [time, level.toUpperCase(), what, ...pairs].join(' ')
}

function spelled(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^[\w.:/*+-]+$/.test(text) ? text : JSON.stringify(value)
}
