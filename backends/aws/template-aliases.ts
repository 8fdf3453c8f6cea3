import type { Clock } from '../../mail/ports/clock.ts'
import type { StoredTemplate } from '../../mail/ports/templates.ts'
import type { Item, Key } from './table/item.ts'
import { absent, type Table } from './table/table.ts'

interface AliasParts {
  readonly table: Table
  readonly clock: Clock
  readonly get: (id: string) => Promise<StoredTemplate | undefined>
}

/** So long, in milliseconds, a claim counts whose template does not have the alias yet. */
const claimMs = 60_000

/**
 * Which template has an alias: an item for each, claimed before the template is written and released
 * after. The template itself says whether it has the alias, so that a crash in between does no
 * more than keep the name from others for a minute.
 */
export function templateAliases({ table, clock, get }: AliasParts) {
  async function find(alias: string, project: string): Promise<StoredTemplate | undefined> {
    const item = await table.get(aliasKey({ project, alias }))
    const found = item && (await get(item['d'] as string))
    return found?.alias === alias && found.project === project ? found : undefined
  }

  async function isHeld(item: Item, { id, project, alias }: StoredTemplate): Promise<boolean> {
    if (item['d'] === id) return false
    if ((item['t'] as number) > clock.now() - claimMs) return true
    const holder = await get(item['d'] as string)
    return holder?.alias === alias && holder?.project === project
  }

  return {
    find,
    /** Says whether the template may have its alias; true without one. */
    async claim(template: StoredTemplate): Promise<boolean> {
      const { id, project, alias } = template
      if (alias === undefined) return true
      const claim = { ...aliasKey({ project, alias }), d: id, t: clock.now() }
      const { applied, item } = await table.put(claim, absent)
      if (applied) return true
      if (!item || (await isHeld(item, template))) return false
      const same = { text: 'd = :d AND t = :t', values: { ':d': item['d'], ':t': item['t'] } }
      return (await table.put(claim, same)).applied
    },
    /** The item stays, so that it is never taken from who has just claimed it. */
    async release({ id, project, alias }: StoredTemplate): Promise<void> {
      if (alias === undefined) return
      const own = { text: 'd = :d', values: { ':d': id } }
      await table.update(aliasKey({ project, alias }), { set: { t: 0 } }, own)
    },
  }
}

function aliasKey({ project, alias }: { project: string; alias: string }): Key {
  return { p: `ta#${project}#${alias}`, s: 'a' }
}
