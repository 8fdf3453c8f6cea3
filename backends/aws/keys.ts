import { allProjects, isInScope, type Scope } from '../../mail/email/project.ts'
import type { Stream } from '../../mail/email/stream.ts'
import { usualProject } from '../../mail/keys/api-keys.ts'
import type { ApiKey, Keys } from '../../mail/ports/keys.ts'
import type { Item, Key } from './table/item.ts'
import { absent, present, type Table } from './table/table.ts'
import { allOf, walk } from './table/walk.ts'

/**
 * API keys: the record lies under the hash, where every request looks for it, and a pointer to it
 * under the id. The pointer is written first and removed last, so that a crash in between never
 * leaves a key that cannot be seen or revoked.
 */
export function dynamoKeys(table: Table): Keys {
  /** Undefined also for one outside of the scope. */
  async function hashOf(id: string, scope: Scope): Promise<string | undefined> {
    const hash = (await table.get(pointerKey(id)))?.['h'] as string | undefined
    if (hash === undefined || scope === allProjects) return hash
    const item = await table.get(recordKey(hash))
    return item && keyOf(item).project === scope ? hash : undefined
  }

  return {
    async create(key) {
      const { applied } = await table.put({ ...pointerKey(key.id), h: key.hash }, absent)
      if (!applied) throw new Error(`there is a key with the id ${key.id}`)
      await table.put(itemOf(key))
    },
    async findByHash(hash) {
      // A key may count for a moment longer than it is there; one just made counts at once.
      const item = (await table.glance(recordKey(hash))) ?? (await table.get(recordKey(hash)))
      return item && keyOf(item)
    },
    async list(scope) {
      const keys = (await hashes(table)).map(recordKey)
      const items = await table.getAll(keys)
      const found = items.map(keyOf).filter(({ project }) => isInScope(project, scope))
      return found.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    },
    async change(id, { name, lastUsedAt }, scope) {
      const hash = await hashOf(id, scope)
      if (hash === undefined) return false
      const set = {
        ...(name !== undefined && { m: name }),
        ...(lastUsedAt !== undefined && { u: lastUsedAt }),
      }
      return (await table.update(recordKey(hash), { set }, present)).applied
    },
    async revoke(id, scope) {
      const hash = await hashOf(id, scope)
      if (hash === undefined) return false
      await table.remove(recordKey(hash))
      return table.remove(pointerKey(id))
    },
  }
}

async function hashes(table: Table): Promise<string[]> {
  const where = { text: 'p = :keys', values: { ':keys': pointerKey('').p } }
  const pointers = await allOf(walk(table, { where, consistent: true }))
  return pointers.map((item) => item['h'] as string)
}

function pointerKey(id: string): Key {
  return { p: 'keys', s: id }
}

function recordKey(hash: string): Key {
  return { p: `k#${hash}`, s: 'k' }
}

function itemOf(key: ApiKey): Key & Item {
  return {
    ...recordKey(key.hash),
    d: key.id,
    m: key.name,
    h: key.hash,
    a: key.permission,
    j: key.project,
    o: key.domain,
    c: key.capture,
    b: key.stream,
    t: key.createdAt,
    u: key.lastUsedAt,
  }
}

function keyOf(item: Item): ApiKey {
  const permission = item['a'] as ApiKey['permission']
  return {
    id: item['d'] as string,
    name: item['m'] as string,
    hash: item['h'] as string,
    permission,
    project: (item['j'] as string | undefined) ?? usualProject(permission),
    capture: item['c'] as boolean,
    createdAt: item['t'] as number,
    ...(item['o'] !== undefined && { domain: item['o'] as string }),
    ...(item['b'] !== undefined && { stream: item['b'] as Stream }),
    ...(item['u'] !== undefined && { lastUsedAt: item['u'] as number }),
  }
}
