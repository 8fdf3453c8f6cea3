import { isInScope, type Scope } from '../../mail/email/project.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { StoredTemplate, TemplateQuery, Templates } from '../../mail/ports/templates.ts'
import { isForwardPage, pageOf } from './table/listed-page.ts'
import { listed } from './table/listed.ts'
import type { Item, Key } from './table/item.ts'
import { inLists, knownProjects } from './table/project-lists.ts'
import { listPartition } from './table/project-place.ts'
import { absent, type Table } from './table/table.ts'
import { templateAliases } from './template-aliases.ts'

/**
 * Templates that are kept by the API: an item for each, and a place in the list of its project,
 * which is written first and removed last, so that a crash in between hides none.
 */
export function dynamoTemplates(table: Table, clock: Clock): Templates {
  const known = knownProjects(table)
  const get = async (id: string) => {
    const item = await table.get(recordKey(id))
    return item && templateOf(item)
  }
  const aliases = templateAliases({ table, clock, get })

  return {
    async create(template) {
      if (!(await aliases.claim(template))) return 'taken'
      await known(template.project)
      await table.put({ ...placeOf(template) })
      const { applied } = await table.put(itemOf(template), absent)
      if (!applied) throw new Error(`there is a template with the id ${template.id}`)
      return 'written'
    },
    async get(id, scope) {
      const found = await get(id)
      return found && isInScope(found.project, scope) ? found : undefined
    },
    named: aliases.find,
    list: (query) => list(table, query),
    async replace(template) {
      const before = await get(template.id)
      if (before?.revision !== template.revision - 1) return 'stale'
      const isRenamed = before.alias !== template.alias
      if (isRenamed && !(await aliases.claim(template))) return 'taken'
      const { applied } = await table.put(itemOf(template), ofRevision(before.revision))
      // A claim that came to nothing ends by itself.
      if (applied && isRenamed) await aliases.release(before)
      return applied ? 'written' : 'stale'
    },
    async remove(template) {
      const { id, revision } = template
      const gone = { ...recordKey(id), x: Math.ceil(clock.now() / 1_000) }
      const { applied } = await table.put(gone, ofRevision(revision))
      if (!applied) return false
      await aliases.release(template)
      await table.remove(recordKey(id))
      await table.remove(placeOf(template))
      return true
    },
  }
}

async function list(table: Table, query: TemplateQuery) {
  const { scope, limit, after, before } = query
  const isForward = isForwardPage(query)
  const sources = await inLists(table, scope, [{ partition: listName }])
  const ids = listed(table, sources, { descending: !isForward, after, before }, limit + 1)
  return pageOf(ids, { limit, isForward }, (chunk) => readAll(table, chunk, scope))
}

/** In the order of the ids; those whose making was never finished are left out. */
async function readAll(table: Table, ids: readonly string[], scope: Scope) {
  const items = await table.getAll(ids.map(recordKey))
  const found = new Map(items.flatMap((item) => templateOf(item) ?? []).map((one) => [one.id, one]))
  const inOrder = ids.flatMap((id) => found.get(id) ?? [])
  return inOrder.filter(({ project }) => isInScope(project, scope))
}

const listName = 'templates'

function recordKey(id: string): Key {
  return { p: `t#${id}`, s: 't' }
}

function placeOf({ id, project }: StoredTemplate): Key {
  return { p: listPartition(listName, project), s: id }
}

function ofRevision(revision: number) {
  return { text: 'r = :r', values: { ':r': revision } }
}

function itemOf(template: StoredTemplate): Key & Item {
  return { ...recordKey(template.id), r: template.revision, v: JSON.stringify(template) }
}

/** What is being removed has no revision any longer. */
function templateOf(item: Item): StoredTemplate | undefined {
  return item['v'] === undefined ? undefined : (JSON.parse(item['v'] as string) as StoredTemplate)
}
