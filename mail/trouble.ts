/** What is fit to log of an error. */
interface TroubleLine {
  readonly name: string
  readonly code?: unknown
  readonly errcode?: unknown
  /** SQLite's own words for the code, always the same. */
  readonly errstr?: unknown
  /** The first places of the stack. */
  readonly at?: readonly string[]
}

/**
 * What is fit to log of an error that is no outcome: a bug, or a broken world. Its message may
 * quote anything, an address or a secret too; its names and place do not.
 */
export function troubleLine(error: unknown): TroubleLine {
  const { name, code, errcode, errstr, stack } = error as Error & Record<string, unknown>
  const at = typeof stack === 'string' ? placesIn(stack) : undefined
  return {
    name,
    ...(code !== undefined && { code }),
    ...(errcode !== undefined && { errcode }),
    ...(errstr !== undefined && { errstr }),
    ...(at && { at }),
  }
}

/** Words of a server as a log may hold them. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s"'<>:]+(@|%40)[^\s"'<>:]+/gi, '…')
}

function placesIn(stack: string): string[] {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return lines.slice(0, 5).map((line) => line.trim())
}

/**
 * What is wrong with the disk when a driver could not write, derived from the codes that Node and
 * SQLite (https://sqlite.org/rescode.html) give their errors.
 *
 * @returns `full`, `readOnly`, or undefined when the error is about something else
 */
export function storageTrouble(error: unknown): 'full' | 'readOnly' | undefined {
  for (let cause = error, depth = 0; isObject(cause) && depth < deepestCause; depth++) {
    const trouble = troubleOf(cause)
    if (trouble) return trouble
    cause = cause['cause']
  }
  return undefined
}

const deepestCause = 10

function troubleOf({ code, errcode }: Record<string, unknown>) {
  // Extended result codes of SQLite carry the primary one in their lowest byte.
  const sqlite = typeof errcode === 'number' ? errcode & 0xff : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT' || sqlite === sqliteFull) return 'full'
  if (code === 'EROFS' || sqlite === sqliteReadOnly) return 'readOnly'
  return undefined
}

const sqliteReadOnly = 8
const sqliteFull = 13

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
