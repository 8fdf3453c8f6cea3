import { defaultProject, isInScope, type Scope } from '../../mail/email/project.ts'
import type { Group, Groups, GroupStop } from '../../mail/ports/groups.ts'
import type { Item, Key } from './table/item.ts'
import { present, type Table } from './table/table.ts'
import { allOf, walk } from './table/walk.ts'

/**
 * Emails that can be stopped together: one item for each group, and one for each that may be
 * stopped, so that those are found without looking at all. That is written before the stop and
 * removed after it, so that a crash in between hides none.
 */
export function dynamoGroups(table: Table): Groups {
  async function get(id: string, scope: Scope, now: number): Promise<Group | undefined> {
    const item = await table.get(groupKey(id))
    const group = item && isAlive(item, now) ? groupOf(item) : undefined
    return group && isInScope(group.project, scope) ? group : undefined
  }

  return {
    async create({ id, project, createdAt, expiresAt, stop }) {
      const times = { t: createdAt, e: expiresAt, x: endOf(expiresAt) }
      await table.put({ ...groupKey(id), ...times, j: project, g: stop })
    },
    get,
    async stop(id, scope, stop, now) {
      const group = await get(id, scope, now)
      if (!group) return false
      if (stop) await table.put({ ...stoppedKey(id), x: endOf(group.expiresAt) })
      const { applied } = await table.update(groupKey(id), { set: { g: stop } }, present)
      if (!stop) await table.remove(stoppedKey(id))
      return applied
    },
    async stopped(scope, now) {
      const where = { text: 'p = :stopped', values: { ':stopped': stoppedKey('').p } }
      const found = await allOf(walk(table, { where, consistent: true }))
      const items = await table.getAll(found.map((item) => groupKey(item['s'] as string)))
      const stopped = items.filter((item) => isAlive(item, now) && item['g'] !== undefined)
      return stopped.map(groupOf).filter(({ project }) => isInScope(project, scope))
    },
  }
}

function groupKey(id: string): Key {
  return { p: `b#${id}`, s: 'b' }
}

function stoppedKey(id: string): Key {
  return { p: 'stopped', s: id }
}

function endOf(expiresAt: number): number {
  return Math.ceil(expiresAt / 1_000)
}

function isAlive(item: Item, now: number): boolean {
  return (item['e'] as number) > now
}

function groupOf(item: Item): Group {
  return {
    id: (item['p'] as string).slice(2),
    project: (item['j'] as string | undefined) ?? defaultProject,
    createdAt: item['t'] as number,
    expiresAt: item['e'] as number,
    ...(item['g'] !== undefined && { stop: item['g'] as GroupStop }),
  }
}
