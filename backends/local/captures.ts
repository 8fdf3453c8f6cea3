import { comparisonKey } from '../../mail/email/address.ts'
import { contentKey } from '../../mail/content.ts'
import { doneStates } from '../../mail/email/states.ts'
import type { Outline } from '../../mail/email/outline.ts'
import { fold } from '../../mail/email/words.ts'
import type { Scope } from '../../mail/email/project.ts'
import { tagsIn } from '../../mail/email/tag-words.ts'
import type { Capture, CaptureChange, CaptureCount, Captures } from '../../mail/ports/captures.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { bell } from './bell.ts'
import { listCaptures } from './capture-list.ts'
import { newsOf } from './capture-news.ts'
import { quoted } from './email-rows.ts'
import { indexTags, unindexTags } from './capture-tags.ts'
import { indexWords, unindexWords } from './capture-words.ts'
import type { Store } from './group-commit.ts'
import { inScope } from './in-scope.ts'
import type { Row } from './pages.ts'

/** Captured emails, as rows. */
export function sqliteCaptures(store: Store, clock: Clock): Captures {
  const { sql, write } = store
  const added = bell()
  const list: Captures['list'] = async (query) => listCaptures(sql, query, captureOf)
  return {
    async add(capture, eml, text) {
      if (await write(() => insert(sql, capture, eml, text))) added.ring()
    },
    list,
    looker: () => ({ list }),
    news: async (query) => newsOf(sql, clock, query, captureOf),
    count: async (scope) => {
      const text = `SELECT coalesce(sum(total), 0) AS total, coalesce(sum(unread), 0) AS unread
        FROM capture_counts WHERE ${inScope}`
      return { ...sql(text).get(scope, scope) } as unknown as CaptureCount
    },
    get: async (id, scope, before) => {
      const row = sql(`SELECT * FROM captures WHERE ${inScope} AND id = ?`).get(scope, scope, id)
      if (!row) return undefined
      const capture = captureOf(row)
      before?.(capture)
      const eml = sql('SELECT eml FROM captured_emls WHERE id = ?').get(id)!['eml'] as Uint8Array
      return { capture, eml }
    },
    change: (id, change, scope) => write(() => update(sql, id, change, scope)),
    remove: (ids, scope) =>
      ids === 'all'
        ? removeAll(store, scope)
        : write(() => ids.reduce((sum, id) => sum + deleteCapture(sql, id, scope), 0)),
    changed: (signal) => added.next(signal),
  }
}

/** Captures that one commit removes: a large heap must not stop everything else. */
const removedAtOnce = 500

/** Removes what was there when asked, not what arrives meanwhile. */
async function removeAll({ sql, write }: Store, scope: Scope): Promise<number> {
  const newest = sql('SELECT max(id) AS id FROM captures').get()?.['id'] as string | null
  for (let total = 0; ;) {
    const removed = await write(() => {
      const text = `SELECT id FROM captures WHERE ${inScope} AND id <= ? LIMIT ?`
      const ids = sql(text).all(scope, scope, newest, removedAtOnce)
      return ids.reduce((sum, row) => sum + deleteCapture(sql, row['id'] as string, scope), 0)
    })
    total += removed
    if (removed === 0) return total
  }
}

/** Removes one capture inside a work that may have more to do; the number removed. */
export function deleteCapture(sql: Store['sql'], id: string, scope: Scope): number {
  const text = `DELETE FROM captures WHERE ${inScope} AND id = ? RETURNING email_id, recipients, tags`
  const row = sql(text).get(scope, scope, id)
  if (!row) return 0
  deleteDone(sql, row['email_id'] as string)
  for (const key of keysOf(JSON.parse(row['recipients'] as string) as string[]))
    sql('DELETE FROM capture_recipients WHERE address = ? AND id = ?').run(key, id)
  unindexTags(sql, id, JSON.parse(row['tags'] as string) as string[])
  sql('DELETE FROM captured_emls WHERE id = ?').run(id)
  unindexWords(sql, id)
  return 1
}

/** The content of its email goes with it, unless a person may still have that sent. */
function deleteDone(sql: Store['sql'], emailId: string) {
  sql(
    `DELETE FROM blobs WHERE key = ? AND NOT EXISTS
     (SELECT 1 FROM emails WHERE id = ? AND state NOT IN (${quoted(doneStates)}))`,
  ).run(contentKey(emailId), emailId)
}

function insert(sql: Store['sql'], capture: Capture, eml: Uint8Array, words: string): boolean {
  const { id, emailId, project, at, from, to, subject, size, seen, tags, outline } = capture
  const { changes } = sql(
    `INSERT INTO captures
     (id, email_id, project, at, sender, recipients, subject, size, seen, folded_subject, tags, outline)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  ).run(
    ...[id, emailId, project, at, from, JSON.stringify(to), subject, size],
    ...[Number(seen), fold(subject), JSON.stringify(tags)],
    outline ? JSON.stringify(outline) : null,
  )
  if (changes === 0) return addRecipients(sql, capture, words)
  sql('INSERT INTO captured_emls (id, eml) VALUES (?, ?)').run(id, eml)
  indexRecipients(sql, id, to)
  indexTags(sql, id, tags)
  indexWords(sql, capture, words)
  return true
}

function update(sql: Store['sql'], id: string, { seen, tags }: CaptureChange, scope: Scope) {
  const row = sql(`SELECT seen, tags FROM captures WHERE ${inScope} AND id = ?`).get(
    ...[scope, scope, id],
  )
  if (!row) return false
  if (seen !== undefined && Number(seen) !== row['seen'])
    sql('UPDATE captures SET seen = ? WHERE id = ?').run(Number(seen), id)
  if (tags === undefined) return true
  unindexTags(sql, id, JSON.parse(row['tags'] as string) as string[])
  sql('UPDATE captures SET tags = ? WHERE id = ?').run(JSON.stringify(tags), id)
  indexTags(sql, id, tags)
  return true
}

/** The same email, kept for others too; whether there are any. */
function addRecipients(sql: Store['sql'], { id, at, to, tags }: Capture, words: string) {
  const known = captureOf(sql('SELECT * FROM captures WHERE id = ?').get(id)!)
  const all = [...new Set([...known.to, ...to])]
  if (all.length === known.to.length) return false
  const allTags = tagsIn([...known.tags, ...tags])
  sql('UPDATE captures SET recipients = ?, tags = ? WHERE id = ?').run(
    ...[JSON.stringify(all), JSON.stringify(allTags), id],
  )
  indexRecipients(sql, id, to)
  indexTags(sql, id, allTags)
  indexWords(sql, { ...known, at, to: all }, words)
  return true
}

function indexRecipients(sql: Store['sql'], id: string, to: readonly string[]) {
  const text = 'INSERT INTO capture_recipients (address, id) VALUES (?, ?) ON CONFLICT DO NOTHING'
  for (const key of keysOf(to)) sql(text).run(key, id)
}

function captureOf(row: Row): Capture {
  return {
    id: row['id'] as string,
    emailId: row['email_id'] as string,
    project: row['project'] as string,
    at: row['at'] as number,
    from: row['sender'] as string,
    to: JSON.parse(row['recipients'] as string) as string[],
    subject: row['subject'] as string,
    size: row['size'] as number,
    seen: row['seen'] === 1,
    tags: JSON.parse(row['tags'] as string) as string[],
    ...(row['outline'] !== null && { outline: JSON.parse(row['outline'] as string) as Outline }),
  }
}

function keysOf(addresses: readonly string[]): Set<string> {
  return new Set(addresses.map(comparisonKey))
}
