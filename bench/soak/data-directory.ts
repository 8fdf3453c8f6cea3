import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What SQLite says of the database of a Postern that does not run: `ok`. */
export function integrityOf(directory: string): string {
  return String(ask(directory, 'PRAGMA integrity_check', 'integrity_check'))
}

/** Contents whose email is not there. */
export function orphansIn(directory: string): number {
  const text = `SELECT count(*) AS n FROM blobs
    WHERE key LIKE 'content/%' AND substr(key, length('content/') + 1) NOT IN (SELECT id FROM emails)`
  return Number(ask(directory, text, 'n'))
}

function ask(directory: string, text: string, column: string): unknown {
  const db = new DatabaseSync(join(directory, 'postern.sqlite'))
  try {
    return db.prepare(text).get()![column]
  } finally {
    db.close()
  }
}
