import { allProjects, isInScope } from '../../mail/email/project.ts'
import type { Capture, CaptureQuery } from '../../mail/ports/captures.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Page } from '../../mail/ports/page.ts'
import { isNamed } from '../../mail/email/named.ts'
import { isTagged } from '../../mail/email/tag-words.ts'
import { phrasesIn, wordsOf, type Phrase } from '../../mail/email/words.ts'
import {
  captureKey,
  captureOf,
  recipientPartitions,
  tagPartition,
  textWordsOf,
  wordsKey,
} from './capture-items.ts'
import { isForwardPage, isWithin, pageOf } from './table/listed-page.ts'
import { listed, type Source } from './table/listed.ts'
import { inLists, projectsIn } from './table/project-lists.ts'
import { shards } from './table/recipient-hash.ts'
import { allLive } from './table/live.ts'
import type { Table } from './table/table.ts'

/** Every part of the list that has captures in it. */
export const captureSources: readonly Source[] = shards.map((shard) => ({
  index: 'list',
  partition: `c${shard}`,
}))

/** What one who looks again and again has read. */
interface Known {
  readonly captures: Map<string, Capture>
  /** By what was searched for: those without these words. */
  readonly without: Map<string, Set<string>>
}

export function nothingKnown(): Known {
  return { captures: new Map(), without: new Map() }
}

interface ListParts {
  readonly table: Table
  readonly clock: Clock
  readonly known?: Known
}

/**
 * One page of captures, newest first. Those of one recipient or tag are found at once; a search reads
 * one after the other, and no more than a bounded number. What is known already is not read again:
 * then a look costs the keys, a hundredth of it.
 */
export async function listCaptures(
  { table, clock, known = nothingKnown() }: ListParts,
  query: CaptureQuery,
): Promise<Page<Capture>> {
  const { scope, limit, after, before, q } = query
  const phrases = q === undefined ? [] : phrasesIn(q)
  if (q !== undefined && phrases.length === 0) return { data: [], hasMore: false }
  const isForward = isForwardPage(query)
  const direction = { descending: !isForward, after, before }
  const ids = listed(table, await sourcesOf(table, query), direction, keysAtOnce(query))
  return pageOf(firstOf(ids, limit + mostLookedAt), { limit, isForward }, async (chunk) => {
    const found = await readNew({ table, clock, known }, chunk, query)
    const own = found.filter(({ project }) => isInScope(project, scope))
    const named = own.filter((one) => isWithin(one, query) && isNamed(one, query))
    return phrases.length === 0 ? named : withWords({ table, clock, known }, named, query.q!)
  })
}

/** Keys that one page of one part of the list holds: what is searched for needs more of them. */
function keysAtOnce({ limit, subject, q }: CaptureQuery): number {
  return subject || q !== undefined ? mostKeys : Math.min(limit + 1, mostKeys)
}

const mostKeys = 100

/** Those that are not known; and those again whose tags may have come after they were read. */
async function readNew(
  { table, clock, known: { captures } }: Required<ListParts>,
  ids: readonly string[],
  { tag }: CaptureQuery,
): Promise<Capture[]> {
  const isNew = (id: string) => {
    const capture = captures.get(id)
    return !capture || (tag !== undefined && !isTagged(capture.tags, tag))
  }
  const read = await allLive(table, clock.now(), ids.filter(isNew), kind)
  for (const capture of read) captures.set(capture.id, capture)
  return ids.flatMap((id) => captures.get(id) ?? [])
}

/** Captures that a list looks at to find those that are wanted: each is paid for. */
const mostLookedAt = 1_000

async function* firstOf(ids: AsyncIterable<string>, most: number): AsyncGenerator<string> {
  let count = 0
  for await (const id of ids) {
    yield id
    if (++count === most) return
  }
}

async function sourcesOf(table: Table, { scope, to, tag }: CaptureQuery): Promise<Source[]> {
  if (to !== undefined) return recipientPartitions(to).map((partition) => ({ partition }))
  if (tag === undefined) return inLists(table, scope, captureSources)
  const projects = scope === allProjects ? await projectsIn(table) : [scope]
  return projects.map((project) => ({ partition: tagPartition(project, tag) }))
}

const kind = { keyOf: captureKey, read: captureOf }

async function withWords(
  { table, known }: Required<ListParts>,
  captures: readonly Capture[],
  q: string,
): Promise<Capture[]> {
  const phrases = phrasesIn(q)
  const without = known.without.get(q) ?? new Set()
  known.without.set(q, without)
  const asked = captures.filter(({ id }) => !without.has(id))
  const items = await table.getAll(asked.map(({ id }) => wordsKey(id)))
  const texts = new Map(items.map((item) => [item['p'], textWordsOf(item)]))
  const found = asked.filter((capture) => {
    const { to, subject, id } = capture
    const named = [...to, subject].flatMap(wordsOf)
    const words = ` ${[...named, texts.get(wordsKey(id).p) ?? ''].join(' ')} `
    return phrases.every((phrase) => words.includes(inText(phrase)))
  })
  const wanted = new Set(found)
  for (const capture of asked) if (!wanted.has(capture)) without.add(capture.id)
  return found
}

/** As it stands in words that are parted by spaces. */
function inText({ words, mayGoOn }: Phrase): string {
  return ` ${words.join(' ')}${mayGoOn ? '' : ' '}`
}
