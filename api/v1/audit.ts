import { Hono } from 'hono'
import type { AuditLine } from '../../mail/ports/audit.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import type { ApiEnv } from '../access/auth.ts'
import { readPageQuery } from '../http/page-query.ts'
import type { AuditItem } from '../openapi/answers.ts'
import { iso } from './email-view.ts'

/** `GET /v1/audit`: who changed what, newest first. */
export function v1Audit({ audit }: Postern): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get('/audit', async (c) => {
    const { limit, after } = readPageQuery(c)
    const { caller, isOfAll: withShared } = c.var
    const { data, hasMore } = await audit.list({ scope: caller.scope, withShared, limit, after })
    return c.json({ data: data.map(auditView), has_more: hasMore })
  })
}

function auditView({ id, at, project, action, outcome, by, about, changes }: AuditLine): AuditItem {
  return {
    id,
    at: iso(at),
    project,
    action,
    outcome,
    by: { actor: by.actor, id: by.id ?? null, name: by.name ?? null },
    about: about ?? null,
    changes: changes ?? [],
  }
}
