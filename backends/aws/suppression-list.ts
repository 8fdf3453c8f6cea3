import { comparisonKey } from '../../mail/email/address.ts'
import { allProjects, isInScope, type Scope } from '../../mail/email/project.ts'
import type { Suppression } from '../../mail/email/suppression.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Page } from '../../mail/ports/page.ts'
import type { SuppressionQuery } from '../../mail/ports/suppressions.ts'
import { suppressionOf } from '../../mail/suppress/record.ts'
import { idKey, recordOf, suppressionParts } from './suppression-items.ts'
import { isForwardPage, isWithin, pageOf } from './table/listed-page.ts'
import { listed, type Source } from './table/listed.ts'
import { allLive } from './table/live.ts'
import { inLists } from './table/project-lists.ts'
import { listPartition } from './table/project-place.ts'
import type { Table } from './table/table.ts'

/**
 * One page of what is suppressed, newest first. What is wanted of it is read one after the other:
 * of 100,000 that takes some seconds at most.
 */
export async function listSuppressions(
  table: Table,
  clock: Clock,
  query: SuppressionQuery,
): Promise<Page<Suppression>> {
  const { scope, limit, after, before } = query
  const isForward = isForwardPage(query)
  const direction = { descending: !isForward, after, before }
  const ids = listed(table, await sourcesOf(table, scope), direction, limit + 1)
  return pageOf(ids, { limit, isForward }, async (chunk) => {
    const found = await allLive(table, clock.now(), chunk, kind)
    return found.filter((one) => matches(one, query))
  })
}

const kind = {
  keyOf: idKey,
  read: (item: Parameters<typeof recordOf>[0]) => suppressionOf(recordOf(item)),
}

const parts: readonly Source[] = suppressionParts.map((partition) => ({ index: 'list', partition }))

/** What is suppressed in all projects has a list of its own. */
async function sourcesOf(table: Table, scope: Scope): Promise<Source[]> {
  const ofAll = parts.map((part) => ({
    ...part,
    partition: listPartition(part.partition, allProjects),
  }))
  return [...(await inLists(table, scope, parts)), ...(scope === allProjects ? ofAll : [])]
}

/** The index may lag behind: the item says what is so. */
function matches(suppression: Suppression, query: SuppressionQuery): boolean {
  const { project, address, list, causes } = suppression
  const { scope, reason, q } = query
  if (causes.length === 0 || !isInScope(project, scope) || !isWithin(suppression, query))
    return false
  if (query.list !== undefined && query.list !== (list ?? null)) return false
  if (reason !== undefined && !causes.some((cause) => cause.reason === reason)) return false
  return q === undefined || comparisonKey(address).includes(comparisonKey(q))
}
