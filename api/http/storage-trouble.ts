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
