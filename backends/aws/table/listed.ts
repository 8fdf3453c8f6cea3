import { allProjects, isInScope, type Scope } from '../../../mail/email/project.ts'
import type { Stream } from '../../../mail/email/stream.ts'
import type { Item } from './item.ts'
import { merged } from './merged.ts'
import { projectAt, streamAt } from './project-place.ts'
import type { Table } from './table.ts'
import type { Condition } from './expressions.ts'
import { walk } from './walk.ts'

/** A sequence of keys in the order of ids: one part of an index, or the items below one key. */
export interface Source {
  readonly index?: string
  readonly partition: string
  /** Only keys that have this behind the id. */
  readonly tag?: string
  /** Only keys of this scope, in an index that holds those of all projects. */
  readonly scope?: Scope
  /** Only keys of this stream. */
  readonly stream?: Stream
}

export interface Direction {
  readonly descending: boolean
  /** Only ids older than this. */
  readonly after?: string
  /** Only ids newer than this. */
  readonly before?: string
}

/** UUIDs have so many characters; behind them an index has the tag of the recipient. */
const idLength = 36

/**
 * The ids that any of the sources holds, each once, in the order of all: the sources are read side
 * by side, a page at a time, and only as far as the caller reads.
 *
 * @param atOnce keys that one page of one source holds
 */
export async function* listed(
  table: Table,
  sources: readonly Source[],
  direction: Direction,
  atOnce: number,
): AsyncGenerator<string> {
  const heads = sources.map((source) => ids(table, source, direction, atOnce))
  const { descending } = direction
  let last: string | undefined
  for await (const id of merged(heads, (a, b) => (descending ? a > b : a < b))) {
    if (id !== last) yield id
    last = id
  }
}

async function* ids(
  table: Table,
  source: Source,
  direction: Direction,
  atOnce: number,
): AsyncGenerator<string, void> {
  const { index, tag = '', scope = allProjects, stream } = source
  const { descending, before = '' } = direction
  const where = whereIn(source, direction)
  // A tag leaves one key of many: then whole pages are read.
  const isPicked = tag !== '' || scope !== allProjects || stream !== undefined
  const limit = isPicked ? undefined : atOnce
  // An index lags behind; what lies below a key of the table does not.
  const consistent = index === undefined
  for await (const item of walk(table, { index, where, descending, limit, consistent })) {
    const key = keyIn(item, source)
    const id = key.slice(0, idLength)
    if (descending && id <= before) return
    const isOfStream = stream === undefined || streamAt(key) === stream
    if (isOfStream && key.startsWith(tag, idLength) && isInScope(projectAt(key), scope)) yield id
  }
}

function keyIn(item: Item, { index }: Source): string {
  return item[index ? 'i' : 's'] as string
}

/** Where to begin. Behind an id come tags of letters, digits, `-` and `_`: all before `~`. */
function whereIn(
  { index, partition }: Source,
  { descending, after, before }: Direction,
): Condition {
  const [part, sort] = index ? [index === 'list' ? 'l' : 'w', 'i'] : ['p', 's']
  return {
    text: `${part} = :in AND ${sort} ${descending ? '<' : '>'} :start`,
    values: { ':in': partition, ':start': descending ? (after ?? '~') : `${before ?? ''}~` },
  }
}
