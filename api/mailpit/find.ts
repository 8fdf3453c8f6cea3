import type { Scope } from '../../mail/email/project.ts'
import type { Capture, CaptureQuery, Lister } from '../../mail/ports/captures.ts'
import { isMatch, wholeAddress } from './match.ts'
import type { Term } from './search.ts'

/** Captures that a search looks at, the newest that the store finds: reading each is paid for. */
const mostLookedAt = 1_000

/** Captures that are read at a time: each page is looked for in all parts of the list. */
const pageSize = 500

type Where = Omit<CaptureQuery, 'limit' | 'before'> & {
  /** Only ids newer than this. */
  readonly since?: string
}

/** All captures that a query finds, newest first, read a page at a time. */
export async function* capturesIn(
  captures: Lister,
  { since = '', ...where }: Where,
  size = pageSize,
): AsyncGenerator<Capture> {
  for (let after = where.after; ;) {
    const { data, hasMore } = await captures.list({ ...where, after, limit: size })
    const young = data.filter(({ id }) => id > since)
    yield* young
    if (!hasMore || young.length < data.length) return
    after = data.at(-1)!.id
  }
}

/** What a search asks for, of the captures of a scope. */
export interface Search {
  readonly scope: Scope
  readonly terms: readonly Term[]
  /** Only ids older than this. */
  readonly after?: string
  /** Only ids newer than this. */
  readonly since?: string
}

/**
 * The captures that a search finds, newest first.
 *
 * @param most how many of those that the store finds are looked at
 */
export async function* found(
  captures: Lister,
  search: Search,
  most = mostLookedAt,
): AsyncGenerator<Capture> {
  const hidden = await excluded(captures, search)
  let count = 0
  for await (const capture of capturesIn(captures, storedQuery(search))) {
    if (isMatch(capture, search.terms) && !hidden.has(capture.id)) yield capture
    if (++count === most) return
  }
}

/** All that a search finds, of those that are looked at. */
export async function allFound(captures: Lister, search: Search): Promise<Capture[]> {
  const matches: Capture[] = []
  for await (const one of found(captures, search)) matches.push(one)
  return matches
}

/** What the store can find by itself: that is quick, however many captures there are. */
function storedQuery({ scope, terms, after, since }: Search): Where {
  const wanted = terms.filter(({ not }) => !not)
  const first = (about: string) => wanted.find((term) => term.about === about)?.value
  const to = wanted
    .filter(({ about }) => ['to', 'cc', 'bcc', 'recipient'].includes(about))
    .map(({ value }) => wholeAddress(value))
    .find((address) => address !== undefined)
  const text = wanted.filter(({ about }) => about === 'text').map(({ value }) => value)
  return {
    ...{ scope, after, since, to },
    tag: first('tag'),
    subject: first('subject'),
    q: text.length > 0 ? text.join(' ') : undefined,
  }
}

/** The newest captures that have words which a search excludes. */
async function excluded(captures: Lister, { scope, terms }: Search): Promise<Set<string>> {
  const ids = new Set<string>()
  for (const { about, value, not } of terms)
    if (about === 'text' && not)
      for (const { id } of (await captures.list({ scope, q: value, limit: mostLookedAt })).data)
        ids.add(id)
  return ids
}
