import { createHash } from 'node:crypto'
import { allProjects, isInScope, type Scope } from '../../../mail/email/project.ts'
import { projectAt } from './project-place.ts'
import { shards } from './recipient-hash.ts'
import type { Table, TableQuery } from './table.ts'
import { countOf, walk } from './walk.ts'

/**
 * The keys of the index of states. Each state has sixteen parts, as the list has: DynamoDB takes
 * 1,000 writes a second below one key, and an index that takes no more holds up the table itself.
 * By a hash, since the ids of one batch differ only in the middle.
 */
export function stateKey(state: string, id: string): string {
  const byte = createHash('sha256').update(id).digest()[0]!
  return `${state}#${shards[byte & 15]}`
}

/** All that hold what is in a state: earlier versions had one key for each. */
export function stateKeys(state: string): string[] {
  return [state, ...shards.map((shard) => `${state}#${shard}`)]
}

async function countOfProject(table: Table, query: TableQuery, scope: Scope): Promise<number> {
  let [seen, count] = [0, 0]
  for await (const item of walk(table, query)) {
    if (isInScope(projectAt(item['i'] as string), scope)) count += 1
    if (++seen >= mostOfPart) break
  }
  return count
}

/** Most of one part that are counted: what is counted is read, and paid for. */
const mostOfPart = 1_000

/** How many are in a state, up to some 16,000; of one project, among so many. */
export async function countInState(table: Table, state: string, scope: Scope): Promise<number> {
  const counts = stateKeys(state).map((key) => {
    const where = { text: 'w = :state', values: { ':state': key } }
    const query = { index: 'state', where }
    return scope === allProjects
      ? countOf(table, query, mostOfPart)
      : countOfProject(table, query, scope)
  })
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0)
}
