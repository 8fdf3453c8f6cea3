import { setImmediate } from 'node:timers/promises'
import type { Capture } from '../../mail/ports/captures.ts'
import { newId } from '../../mail/email/id.ts'
import { phrasesIn, wordsOf } from '../../mail/email/words.ts'
import type { Store } from './group-commit.ts'

/**
 * The words that captures are found by, in an index of SQLite's FTS5 that holds no text itself
 * (sqlite.org/fts5.html#contentless_tables). Its rows are numbered in the order of capturing, so
 * that a search begins at the newest and ends with the page.
 */
export function indexWords(sql: Store['sql'], { id, at, to, subject }: Capture, text: string) {
  unindexWords(sql, id)
  sql('INSERT INTO capture_order (id, stamp) VALUES (?, ?)').run(id, newId(at))
  const words = [...to, subject, text].map((part) => wordsOf(part).join(' ')).join(' ')
  sql('INSERT INTO capture_words (rowid, words) SELECT seq, ? FROM capture_order WHERE id = ?').run(
    words,
    id,
  )
}

export function unindexWords(sql: Store['sql'], id: string) {
  const { changes } = sql(
    'DELETE FROM capture_words WHERE rowid IN (SELECT seq FROM capture_order WHERE id = ?)',
  ).run(id)
  if (changes > 0) clean.delete(sql)
  sql('DELETE FROM capture_order WHERE id = ?').run(id)
}

/** Those whose index holds no words of captures that are gone. */
const clean = new WeakSet<Store['sql']>()

/** Pages that are merged at a time: some milliseconds. */
const mergedAtOnce = 200

/** An index of more pages is left to merge by itself: all of it would be written again. */
const mostPages = 20_000

/**
 * Takes the words of removed captures out of the index: FTS5 only marks them as gone, and drops
 * them when it merges (sqlite.org/fts5.html#the_merge_command).
 */
export async function dropOldWords({ sql, write }: Store, most = mostPages): Promise<void> {
  const pages = sql(
    `SELECT count(*) AS n FROM (SELECT 1 FROM capture_words_data LIMIT ${mostPages})`,
  )
  if (clean.has(sql) || (pages.get()!['n'] as number) >= most) return
  clean.add(sql)
  let merged = await write(() => merge(sql, -mergedAtOnce))
  while (merged) {
    await setImmediate()
    merged = await write(() => merge(sql, mergedAtOnce))
  }
}

/** Says whether there may be more; a negative number begins with all parts of the index. */
function merge(sql: Store['sql'], pages: number): boolean {
  const changes = () => sql('SELECT total_changes() AS n').get()!['n'] as number
  const before = changes()
  sql("INSERT INTO capture_words (capture_words, rank) VALUES ('merge', ?)").run(pages)
  return changes() - before >= 2
}

/**
 * The FTS5 expression for what was typed.
 *
 * @returns undefined when there is no word in it, so that nothing can be found
 */
export function matchOf(typed: string): string | undefined {
  const phrases = phrasesIn(typed).map(
    ({ words, mayGoOn }) => `"${words.join(' ')}"${mayGoOn ? ' *' : ''}`,
  )
  return phrases.length > 0 ? phrases.join(' AND ') : undefined
}
