import type { Context, Next } from 'hono'
import type { AuditActor } from '../../mail/email/audit.ts'
import { isId, newId } from '../../mail/email/id.ts'
import { allProjects } from '../../mail/email/project.ts'
import type { Caller } from '../../mail/keys/caller.ts'
import { isLocal, isOwner } from '../../mail/keys/gate.ts'
import type { AuditBy, AuditLine } from '../../mail/ports/audit.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { actionOf } from './audit-actions.ts'
import { sessionTokenOf } from './session-cookie.ts'

/**
 * Answers a request, and writes down who changed what by it: before it is done, so that nothing is
 * changed without a line whatever crashes, and again with what came of it.
 */
export async function audited(postern: Postern, c: Context, next: Next): Promise<void> {
  const action = actionOf(c.req.method, c.req.path)
  if (!action) return next()
  const at = postern.clock.now()
  const { scope } = callerOf(c)
  const line: AuditLine = {
    id: newId(at),
    at,
    project: action === 'settings.saved' ? allProjects : scope,
    action,
    outcome: 'begun',
    by: await byOf(postern, c),
    ...named(idIn(c.req.path)),
  }
  await postern.audit.put(line)
  await next()
  await postern.audit.put(await endOf(line, c))
}

async function endOf(line: AuditLine, c: Context): Promise<AuditLine> {
  const changes = c.get('changes') as readonly string[] | undefined
  if (!c.res.ok) return { ...line, outcome: 'refused' }
  const about = line.about ?? (await idInAnswer(c.res))
  return { ...line, outcome: 'done', ...named(about), ...(changes && { changes }) }
}

function named(about: string | undefined): Pick<AuditLine, 'about'> {
  return about === undefined ? {} : { about }
}

/** Only ids: what else stands in a path may be an address. */
function idIn(path: string): string | undefined {
  return path.split('/').find(isId)
}

/** Of what was made. */
async function idInAnswer(answer: Response): Promise<string | undefined> {
  if (!answer.headers.get('content-type')?.includes('json')) return undefined
  const { id } = (await answer.clone().json()) as { id?: unknown }
  return typeof id === 'string' && isId(id) ? id : undefined
}

async function byOf({ keys }: Postern, c: Context): Promise<AuditBy> {
  const caller = callerOf(c)
  if (isLocal(caller)) return { actor: 'local' }
  if (isOwner(caller)) return { actor: 'aws' }
  const key = (await keys.list(allProjects)).find(({ id }) => id === caller.owner)
  return { actor: actorOf(c), id: caller.owner, ...(key && { name: key.name }) }
}

/** Known by now. */
function callerOf(c: Context): Caller {
  return c.get('caller') as Caller
}

function actorOf({ req }: Context): AuditActor {
  const isKeyShown = req.header('authorization') !== undefined
  return !isKeyShown && sessionTokenOf(req.raw) ? 'console' : 'key'
}
