import { allProjects, defaultProject, type Scope } from '../../../mail/email/project.ts'
import type { Source } from './listed.ts'
import { listPartition } from './project-place.ts'
import { absent, type Table } from './table.ts'
import { allOf, walk } from './walk.ts'

/**
 * Lists are kept by project: each has partitions of its own, those of `default` under the names that
 * earlier versions gave (project-place.ts). Which projects ever had anything is an item each, so that the list of all
 * is that of every one.
 */

/** The sources of the lists that a scope sees. */
export async function inLists(
  table: Table,
  scope: Scope,
  sources: readonly Source[],
): Promise<Source[]> {
  const names = scope === allProjects ? await projectsIn(table) : [scope]
  return names.flatMap((name) =>
    sources.map((source) => ({ ...source, partition: listPartition(source.partition, name) })),
  )
}

/** Every project that has ever had something in a list. */
export async function projectsIn(table: Table): Promise<string[]> {
  const where = { text: 'p = :projects', values: { ':projects': nameKey('').p } }
  const items = await allOf(walk(table, { where, consistent: true }))
  return [defaultProject, ...items.map(({ s }) => s as string)]
}

/**
 * Has a project known before anything of it is listed. Written once by each process, so that an
 * email costs no write more.
 */
export function knownProjects(table: Table): (project: string) => Promise<void> {
  const known = new Set([defaultProject])
  return async (project) => {
    if (known.has(project)) return
    await table.put(nameKey(project), absent)
    known.add(project)
  }
}

function nameKey(project: string) {
  return { p: 'projects', s: project }
}
