import { isInScope } from '../../mail/email/project.ts'
import type { Capture, CaptureQuery } from '../../mail/ports/captures.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Page } from '../../mail/ports/page.ts'
import { fold, phrasesIn, wordsOf, type Phrase } from '../../mail/email/words.ts'
import {
  captureKey,
  captureOf,
  recipientPartitions,
  textWordsOf,
  wordsKey,
} from './capture-items.ts'
import { isForwardPage, isWithin, pageOf } from './table/listed-page.ts'
import { listed, type Source } from './table/listed.ts'
import { inLists } from './table/project-lists.ts'
import { shards } from './table/recipient-hash.ts'
import { allLive } from './table/live.ts'
import type { Table } from './table/table.ts'

/** Every part of the list that has captures in it. */
export const captureSources: readonly Source[] = shards.map((shard) => ({
  index: 'list',
  partition: `c${shard}`,
}))

/**
 * One page of captures, newest first. Those of one recipient are found at once; a search reads
 * one after the other, which a few thousand captures of a staging system allow.
 */
export async function listCaptures(
  table: Table,
  clock: Clock,
  query: CaptureQuery,
): Promise<Page<Capture>> {
  const { scope, limit, to, subject, after, before, q } = query
  const phrases = q === undefined ? [] : phrasesIn(q)
  if (q !== undefined && phrases.length === 0) return { data: [], hasMore: false }
  const isForward = isForwardPage(query)
  const sources =
    to === undefined
      ? await inLists(table, scope, captureSources)
      : recipientPartitions(to).map((partition) => ({ partition }))
  const ids = listed(table, sources, { descending: !isForward, after, before }, limit + 1)
  return pageOf(ids, { limit, isForward }, async (chunk) => {
    const found = await allLive(table, clock.now(), chunk, kind)
    const own = found.filter(({ project }) => isInScope(project, scope))
    const named = own.filter((one) => isWithin(one, query) && hasSubject(one, subject))
    return phrases.length === 0 ? named : withWords(table, named, phrases)
  })
}

const kind = { keyOf: captureKey, read: captureOf }

function hasSubject(capture: Capture, part = ''): boolean {
  return fold(capture.subject).includes(fold(part))
}

async function withWords(
  table: Table,
  captures: readonly Capture[],
  phrases: readonly Phrase[],
): Promise<Capture[]> {
  const items = await table.getAll(captures.map(({ id }) => wordsKey(id)))
  const texts = new Map(items.map((item) => [item['p'], textWordsOf(item)]))
  return captures.filter((capture) => {
    const { to, subject, id } = capture
    const named = [...to, subject].flatMap(wordsOf)
    const words = ` ${[...named, texts.get(wordsKey(id).p) ?? ''].join(' ')} `
    return phrases.every((phrase) => words.includes(inText(phrase)))
  })
}

/** As it stands in words that are parted by spaces. */
function inText({ words, mayGoOn }: Phrase): string {
  return ` ${words.join(' ')}${mayGoOn ? '' : ' '}`
}
