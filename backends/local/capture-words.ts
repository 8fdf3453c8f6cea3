import type { Capture } from '../../mail/ports.ts'
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
 * The FTS5 expression for what somebody typed: every part of it between spaces, as words in a
 * row of which the last may go on. Whatever else was typed is no word and no syntax.
 *
 * @returns undefined when there is no word in it, so that nothing can be found
 */
export function matchOf(typed: string): string | undefined {
  const parts = typed.slice(0, longestQuery).split(/\s+/u).map(wordsOf)
  const phrases = parts.filter((words) => words.length > 0).map(phraseOf)
  return phrases.length > 0 ? phrases.join(' AND ') : undefined
}

/** Longest query that is read, in characters. */
const longestQuery = 500

/** A single letter begins too many words; where it is a word itself it is found. */
function phraseOf(words: readonly string[]): string {
  return `"${words.join(' ')}"${words.at(-1)!.length > 1 ? ' *' : ''}`
}

/**
 * Words without case and accents. Scripts that put no spaces between words give one for each
 * character, which are then looked for side by side.
 */
function wordsOf(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  return folded.match(word) ?? []
}

const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}'

const word = new RegExp(`[${unspaced}]|[[\\p{L}\\p{N}]--[${unspaced}]]+`, 'gv')
