import { Hono, type Context } from 'hono'
import { allProjects, type Scope } from '../../mail/email/project.ts'
import { hourMs } from '../../mail/email/time.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { ownOf, projectsOf } from '../../mail/settings/in-project.ts'
import type { ApiEnv } from '../access/auth.ts'
import { parameter } from '../http/page-query.ts'
import type { ProjectItem } from '../openapi/answers.ts'
import { totalsOf } from './stats.ts'

/** `GET /v1/projects`: those that the caller may see, and what each has waiting and settled. */
export function v1Projects(postern: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/projects', async (c) => {
    const { settings } = await postern.inForce.current()
    const scope = scopeOf(c)
    const names = scope === allProjects ? projectsOf(settings) : [scope]
    const isCounted = readCounts(c)
    const data: ProjectItem[] = []
    // One after the other: on AWS each is some fifty reads.
    for (const name of names) {
      const own = { name, settings: ownOf(settings, name) }
      data.push(isCounted ? { ...own, counts: await countsOf(postern, name) } : own)
    }
    return c.json({ data, has_more: false })
  })
}

/** Where no key is needed `default` is worked in unless another is named; all are listed. */
export function scopeOf({ var: { caller, isOfAll }, req }: Context<ApiEnv>): Scope {
  return isOfAll && !req.header('x-postern-project') ? allProjects : caller.scope
}

function readCounts(c: Context): boolean {
  const counts = c.req.query('counts')
  if (counts === undefined || counts === '1') return counts === '1'
  throw parameter('counts', 'only 1 is taken')
}

const dayHours = 24

async function countsOf(
  { queue, stats, clock }: Postern,
  project: string,
): Promise<NonNullable<ProjectItem['counts']>> {
  const now = clock.now()
  const last = Math.floor(now / hourMs) * hourMs
  const [depth, hours] = await Promise.all([
    queue.depth(now, project),
    stats.read(project, last - (dayHours - 1) * hourMs, last),
  ])
  return { queue: depth, settled: totalsOf(hours) }
}
