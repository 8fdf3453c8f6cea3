import type { Capture, CaptureQuery, Captures } from '../../mail/ports.ts'
import { bell } from './bell.ts'
import type { Store } from './group-commit.ts'
import { afterAll, pageOf, type Row } from './pages.ts'

/** Captured emails, as rows. */
export function sqliteCaptures(store: Store): Captures {
  const { sql, write } = store
  const added = bell()
  return {
    async add(capture, eml) {
      if (await write(() => insert(sql, capture, eml))) added.ring()
    },
    list: async (query) => {
      const { text, values } = captureListStatement(query)
      return pageOf(sql(text).all(...values, query.limit + 1), query.limit, captureOf)
    },
    get: async (id) => {
      const row = sql('SELECT * FROM captures JOIN captured_emls USING (id) WHERE id = ?').get(id)
      return row && { capture: captureOf(row), eml: row['eml'] as Uint8Array }
    },
    mark: (id, seen) =>
      write(
        () => sql('UPDATE captures SET seen = ? WHERE id = ?').run(Number(seen), id).changes === 1,
      ),
    remove: (ids) =>
      ids === 'all'
        ? removeAll(store)
        : write(() => ids.reduce((sum, id) => sum + deleteCapture(sql, id), 0)),
    changed: (signal) => added.next(signal),
  }
}

/**
 * The statement for a query; its last value, the number of rows, is left to the caller. Ids are
 * walked in order along an index; a search for a subject reads no more than the index.
 */
export function captureListStatement({ to, subject, after = afterAll }: CaptureQuery): {
  text: string
  values: string[]
} {
  const ids = to === undefined ? 'captures' : 'capture_recipients'
  const terms: [string, string][] = [
    ...(to === undefined ? [] : ([['ids.address = ?', to.toLowerCase()]] as [string, string][])),
    ['ids.id < ?', after],
    ...(subject ? ([['instr(folded_subject, ?) > 0', fold(subject)]] as [string, string][]) : []),
  ]
  const filter = `SELECT ids.id FROM ${ids} AS ids
    ${to !== undefined && subject ? 'CROSS JOIN captures USING (id)' : ''}
    WHERE ${terms.map(([term]) => term).join(' AND ')} ORDER BY ids.id DESC LIMIT ?`
  return {
    text: `SELECT captures.* FROM (${filter}) JOIN captures USING (id) ORDER BY id DESC`,
    values: terms.map(([, value]) => value),
  }
}

/** Captures that one commit removes: a large heap must not stop everything else. */
const removedAtOnce = 500

/** Removes what was there when asked, not what arrives meanwhile. */
async function removeAll({ sql, write }: Store): Promise<number> {
  const newest = sql('SELECT max(id) AS id FROM captures').get()?.['id'] as string | null
  for (let total = 0; ;) {
    const removed = await write(() => {
      const ids = sql('SELECT id FROM captures WHERE id <= ? LIMIT ?').all(newest, removedAtOnce)
      return ids.reduce((sum, row) => sum + deleteCapture(sql, row['id'] as string), 0)
    })
    total += removed
    if (removed === 0) return total
  }
}

/** Removes one capture inside a work that may have more to do; the number removed. */
export function deleteCapture(sql: Store['sql'], id: string): number {
  const row = sql('DELETE FROM captures WHERE id = ? RETURNING recipients').get(id)
  if (!row) return 0
  for (const address of foldedAddresses(JSON.parse(row['recipients'] as string) as string[]))
    sql('DELETE FROM capture_recipients WHERE address = ? AND id = ?').run(address, id)
  sql('DELETE FROM captured_emls WHERE id = ?').run(id)
  return 1
}

function insert(sql: Store['sql'], capture: Capture, eml: Uint8Array): boolean {
  const { id, emailId, at, from, to, subject, size, seen } = capture
  const { changes } = sql(
    `INSERT INTO captures
     (id, email_id, at, sender, recipients, subject, size, seen, folded_subject)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ).run(id, emailId, at, from, JSON.stringify(to), subject, size, Number(seen), fold(subject))
  if (changes === 0) return addRecipients(sql, id, to)
  sql('INSERT INTO captured_emls (id, eml) VALUES (?, ?)').run(id, eml)
  indexRecipients(sql, id, to)
  return true
}

/** The same email, kept for others too; whether there are any. */
function addRecipients(sql: Store['sql'], id: string, to: readonly string[]): boolean {
  const row = sql('SELECT recipients FROM captures WHERE id = ?').get(id)!
  const known = JSON.parse(row['recipients'] as string) as string[]
  const all = [...new Set([...known, ...to])]
  if (all.length === known.length) return false
  sql('UPDATE captures SET recipients = ? WHERE id = ?').run(JSON.stringify(all), id)
  indexRecipients(sql, id, to)
  return true
}

function indexRecipients(sql: Store['sql'], id: string, to: readonly string[]) {
  const text = 'INSERT INTO capture_recipients (address, id) VALUES (?, ?) ON CONFLICT DO NOTHING'
  for (const address of foldedAddresses(to)) sql(text).run(address, id)
}

function captureOf(row: Row): Capture {
  return {
    id: row['id'] as string,
    emailId: row['email_id'] as string,
    at: row['at'] as number,
    from: row['sender'] as string,
    to: JSON.parse(row['recipients'] as string) as string[],
    subject: row['subject'] as string,
    size: row['size'] as number,
    seen: row['seen'] === 1,
  }
}

function foldedAddresses(addresses: readonly string[]): Set<string> {
  return new Set(addresses.map((address) => address.toLowerCase()))
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
