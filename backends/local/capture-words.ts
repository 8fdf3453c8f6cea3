import type { Capture } from '../../mail/ports/captures.ts'
import { phrasesIn, wordsOf } from '../../mail/email/words.ts'
import type { Store } from './group-commit.ts'

/**
 * The words that captures are found by, in an index of SQLite's FTS5 that holds no text itself
 * (sqlite.org/fts5.html#contentless_tables). Its rows are numbered in the order of capturing, so
 * that a search begins at the newest and ends with the page.
 */
export function indexWords(sql: Store['sql'], { id, to, subject }: Capture, text: string) {
  unindexWords(sql, id)
  sql('INSERT INTO capture_order (id) VALUES (?)').run(id)
  const words = [...to, subject, text].map((part) => wordsOf(part).join(' ')).join(' ')
  sql('INSERT INTO capture_words (rowid, words) SELECT seq, ? FROM capture_order WHERE id = ?').run(
    words,
    id,
  )
}

export function unindexWords(sql: Store['sql'], id: string) {
  sql('DELETE FROM capture_words WHERE rowid IN (SELECT seq FROM capture_order WHERE id = ?)').run(
    id,
  )
  sql('DELETE FROM capture_order WHERE id = ?').run(id)
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
