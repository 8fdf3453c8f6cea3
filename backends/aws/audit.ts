import { allProjects, type Scope } from '../../mail/email/project.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Audit, AuditLine } from '../../mail/ports/audit.ts'
import { endOf } from './email-items.ts'
import type { Item } from './table/item.ts'
import type { Retention } from './retention.ts'
import { isLive } from './table/live.ts'
import { knownProjects, projectsIn } from './table/project-lists.ts'
import { listPartition } from './table/project-place.ts'
import type { Table } from './table/table.ts'
import { walk } from './table/walk.ts'

type Keeps = Pick<Retention, 'auditDays'>

/** Who changed what: an item a line, below a key for each project, in the order of time. */
export function dynamoAudit(table: Table, clock: Clock, keeps: Keeps): Audit {
  const knowProject = knownProjects(table)

  /** At most so many of one project. */
  async function linesIn(project: string, after: string, most: number): Promise<AuditLine[]> {
    const where = {
      text: 'p = :in AND s < :after',
      values: { ':in': listPartition(partition, project), ':after': after },
    }
    const lines: AuditLine[] = []
    const items = walk(table, { where, descending: true, limit: most, consistent: true })
    for await (const item of items) {
      if (isLive(item, clock.now())) lines.push(lineIn(item))
      if (lines.length === most) break
    }
    return lines
  }

  /** What is of all projects is seen by those alone who see all. */
  async function projectsOf(scope: Scope, withShared: boolean): Promise<string[]> {
    const own = scope === allProjects ? await projectsIn(table) : [scope]
    return scope === allProjects || withShared ? [...own, allProjects] : own
  }

  return {
    async put(line) {
      if (line.project !== allProjects) await knowProject(line.project)
      const key = { p: listPartition(partition, line.project), s: line.id }
      await table.put({
        ...key,
        a: JSON.stringify(line),
        x: endOf(line.at, await keeps.auditDays()),
      })
    },
    async list({ scope, withShared = false, limit, after = '~' }) {
      const projects = await projectsOf(scope, withShared)
      const found = await Promise.all(projects.map((one) => linesIn(one, after, limit + 1)))
      const lines = found.flat().sort((a, b) => (a.id < b.id ? 1 : -1))
      return { data: lines.slice(0, limit), hasMore: lines.length > limit }
    },
  }
}

const partition = 'audit'

function lineIn(item: Item): AuditLine {
  return JSON.parse(item['a'] as string) as AuditLine
}
