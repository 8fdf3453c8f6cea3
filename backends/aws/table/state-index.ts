import { createHash } from 'node:crypto'
import { shards } from './recipient-hash.ts'
import type { Table } from './table.ts'
import { countOf } from './walk.ts'

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

/** Most of one part that are counted: what is counted is read, and paid for. */
const mostOfPart = 1_000

/** How many are in a state, up to some 16,000. */
export async function countInState(table: Table, state: string): Promise<number> {
  const counts = stateKeys(state).map((key) => {
    const where = { text: 'w = :state', values: { ':state': key } }
    return countOf(table, { index: 'state', where }, mostOfPart)
  })
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0)
}
