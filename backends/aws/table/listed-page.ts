import type { Page } from '../../../mail/ports/page.ts'

interface PageOptions {
  readonly limit: number
  /** The ids come oldest first. */
  readonly isForward: boolean
}

/** Ids between which a page lies. */
interface Bounds {
  readonly after?: string
  readonly before?: string
}

/** The page just before an id is found by walking forward from it. */
export function isForwardPage({ after, before }: Bounds): boolean {
  return before !== undefined && after === undefined
}

/** Newest first: what comes after an id has a smaller one. */
export function isWithin({ id }: { readonly id: string }, { after, before }: Bounds): boolean {
  return (after === undefined || id < after) && (before === undefined || id > before)
}

/**
 * One page, newest first, of what ids stand for.
 *
 * @param read those of a few ids that are wanted, in their order
 */
export async function pageOf<Found>(
  ids: AsyncIterable<string> | Iterable<string>,
  { limit, isForward }: PageOptions,
  read: (ids: readonly string[]) => Promise<readonly Found[]>,
): Promise<Page<Found>> {
  const found: Found[] = []
  for await (const chunk of chunksOf(ids, limit + 1)) {
    found.push(...(await read(chunk)))
    if (found.length > limit) break
  }
  const data = found.slice(0, limit)
  return { data: isForward ? data.reverse() : data, hasMore: found.length > limit }
}

/** Most that are read at a time. */
const longestChunk = 100

/** The first few are read at once; when most of them are not wanted, more are. */
async function* chunksOf(
  ids: AsyncIterable<string> | Iterable<string>,
  first: number,
): AsyncGenerator<string[]> {
  let chunk: string[] = []
  let size = first
  for await (const id of ids) {
    chunk.push(id)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
    size = longestChunk
  }
  if (chunk.length > 0) yield chunk
}
