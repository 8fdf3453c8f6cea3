import { comparisonKey } from '../../mail/email/address.ts'
import { allProjects } from '../../mail/email/project.ts'
import { tagKey } from '../../mail/email/tag-words.ts'
import { fold } from '../../mail/email/words.ts'
import type { Capture, CaptureQuery } from '../../mail/ports/captures.ts'
import type { Page } from '../../mail/ports/page.ts'
import { matchOf } from './capture-words.ts'
import type { Store } from './group-commit.ts'
import { afterAll, isForward, pageOf, type Row } from './pages.ts'

/** One page of captures, newest first. */
export function listCaptures(
  sql: Store['sql'],
  query: CaptureQuery,
  captureOf: (row: Row) => Capture,
): Page<Capture> {
  const statement = captureListStatement(query)
  if (!statement) return { data: [], hasMore: false }
  const rows = sql(statement.text).all(...statement.values, query.limit + 1)
  return pageOf(rows, query, captureOf)
}

interface Statement {
  readonly text: string
  readonly values: string[]
}

/**
 * The statement for a query; its last value, the number of rows, is left to the caller. None when
 * nothing can be found.
 */
export function captureListStatement(query: CaptureQuery): Statement | undefined {
  if (query.q === undefined) return walk(query)
  const match = matchOf(query.q)
  return match === undefined ? undefined : search(query, match)
}

/** A condition and its value. */
type Term = [string, string]

/** Ids are walked in order along an index; a search for a subject reads no more than the index. */
function walk(query: CaptureQuery): Statement {
  const {
    scope,
    to,
    tag,
    subject,
    before,
    after = before === undefined ? afterAll : undefined,
  } = query
  const [ids, key] = idsOf(query)
  const isOfOne = scope !== allProjects
  const terms: Term[] = [
    ...key,
    ...(after === undefined ? [] : [['ids.id < ?', after] satisfies Term]),
    ...(before === undefined ? [] : [['ids.id > ?', before] satisfies Term]),
    ...(to !== undefined && tag !== undefined ? [hasTag('ids.id', tag)] : []),
    ...(isOfOne ? [['project = ?', scope] satisfies Term] : []),
    ...(subject ? [['instr(folded_subject, ?) > 0', fold(subject)] satisfies Term] : []),
  ]
  const order = orderOf(query)
  const filter = `SELECT ids.id FROM ${ids} AS ids
    ${ids !== 'captures' && (subject || isOfOne) ? 'CROSS JOIN captures USING (id)' : ''}
    ${where(terms)} ORDER BY ids.id ${order} LIMIT ?`
  return {
    text: `SELECT captures.* FROM (${filter}) JOIN captures USING (id) ORDER BY id ${order}`,
    values: terms.map(([, value]) => value),
  }
}

/** The table whose ids are walked, and what of it is wanted. */
function idsOf({
  to,
  tag,
}: CaptureQuery): ['captures' | 'capture_recipients' | 'capture_tags', Term[]] {
  if (to !== undefined) return ['capture_recipients', [['ids.address = ?', comparisonKey(to)]]]
  if (tag !== undefined) return ['capture_tags', [['ids.tag = ?', tagKey(tag)]]]
  return ['captures', []]
}

/** The index of words is walked in the order of capturing; the rest is looked at row by row. */
function search(query: CaptureQuery, match: string): Statement {
  const { scope, to, tag, subject, after, before } = query
  const terms: Term[] = [
    ['capture_words MATCH ?', match],
    ...(after === undefined ? [] : [[`capture_words.rowid < ${placeAfter}`, after] satisfies Term]),
    ...(before === undefined
      ? []
      : [[`capture_words.rowid > ${placeBefore}`, before] satisfies Term]),
    ...(scope === allProjects ? [] : [['captures.project = ?', scope] satisfies Term]),
    ...(to === undefined ? [] : [[isRecipient, comparisonKey(to)] satisfies Term]),
    ...(tag === undefined ? [] : [hasTag('captures.id', tag)]),
    ...(subject ? [['instr(folded_subject, ?) > 0', fold(subject)] satisfies Term] : []),
  ]
  return {
    text: `SELECT captures.* FROM capture_words
      CROSS JOIN capture_order AS places ON places.seq = capture_words.rowid
      CROSS JOIN captures ON captures.id = places.id
      ${where(terms)} ORDER BY capture_words.rowid ${orderOf(query)} LIMIT ?`,
    values: terms.map(([, value]) => value),
  }
}

/** The place of an id; where it was removed meanwhile, of the one accepted next or before it. */
const placeAfter = `coalesce(
  (SELECT seq FROM capture_order WHERE id >= ? ORDER BY id LIMIT 1), ${Number.MAX_SAFE_INTEGER})`
const placeBefore = `coalesce(
  (SELECT seq FROM capture_order WHERE id <= ? ORDER BY id DESC LIMIT 1), 0)`

const isRecipient =
  'EXISTS (SELECT 1 FROM capture_recipients WHERE address = ? AND id = captures.id)'

function hasTag(id: string, tag: string): Term {
  return [`EXISTS (SELECT 1 FROM capture_tags WHERE tag = ? AND id = ${id})`, tagKey(tag)]
}

function where(terms: readonly Term[]): string {
  return terms.length > 0 ? `WHERE ${terms.map(([term]) => term).join(' AND ')}` : ''
}

function orderOf(query: CaptureQuery): 'ASC' | 'DESC' {
  return isForward(query) ? 'ASC' : 'DESC'
}
