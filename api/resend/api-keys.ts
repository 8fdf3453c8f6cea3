import { Hono, type Context } from 'hono'
import {
  makeApiKey,
  readKeyName,
  readKeyRequest,
  type KeyRequest,
} from '../../mail/keys/api-keys.ts'
import { allProjects, type Scope } from '../../mail/email/project.ts'
import { isLocal } from '../../mail/keys/gate.ts'
import { hasProject } from '../../mail/settings/in-project.ts'
import type { Fault } from '../../mail/request/fault.ts'
import type { ApiKey, Keys } from '../../mail/ports/keys.ts'
import type { Page } from '../../mail/ports/page.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { needs, type ApiEnv, type Authenticate } from '../access/auth.ts'
import type { KeyItem } from '../openapi/answers.ts'
import { readJsonObject } from '../http/body.ts'
import { notFound, Refusal } from '../http/errors.ts'
import { readId, readPageQuery, type PageQuery } from '../http/page-query.ts'
import { refusalOfFaults } from './refusals.ts'

/**
 * Resend's `/api-keys`: make, list, rename, revoke; with `domain`, `capture` and `stream` as our own.
 *
 * @param keepFirstKey keeps the key that ends open access for the owner of this machine
 */
export function resendApiKeys(
  postern: Postern,
  authenticate: Authenticate,
  keepFirstKey?: (token: string) => void,
): Hono<ApiEnv> {
  const { keys, clock } = postern
  const manage = needs('full_access', authenticate)
  return new Hono<ApiEnv>()
    .post('/api-keys', manage, async (c) => {
      // There is no key yet: the first one is of all projects, whichever is being looked at.
      const isFirst = isLocal(c.var.caller)
      const usual = isFirst ? allProjects : c.var.caller.scope
      const read = readKeyRequest(await readJsonObject(c.req.raw), usual)
      if ('faults' in read) throw refusalOfKeyFaults(read.faults)
      if (c.var.caller.capture && !read.request.capture) throw wouldSend
      if (isFirst) refuseFirst(read.request)
      await refuseProject(postern, c, read.request.project)
      if ((await keys.list(allProjects)).length >= mostKeys) throw tooMany
      const { key, token } = makeApiKey(read.request, clock.now())
      if (isFirst) keepFirstKey?.(token)
      await keys.create(key)
      return c.json({ id: key.id, token, ...(isFirst && { warning: closed }) }, 201)
    })
    .get('/api-keys', manage, async (c) => {
      const { data, hasMore } = pageOf(await keys.list(c.var.caller.scope), readPageQuery(c))
      return c.json({ object: 'list', has_more: hasMore, data: data.map(keyItem) })
    })
    .patch('/api-keys/:id', manage, async (c) => {
      const id = readId(c)
      const { name } = await readJsonObject(c.req.raw)
      const read = readKeyName(name)
      if ('faults' in read) throw refusalOfFaults(read.faults)
      if (!(await keys.change(id, { name: read.name }, c.var.caller.scope)))
        throw notFound('API key')
      return c.json({ object: 'api_key', id })
    })
    .delete('/api-keys/:id', manage, async (c) => {
      const id = readId(c)
      const { scope } = c.var.caller
      if (!(await keys.list(scope)).some((key) => key.id === id)) throw notFound('API key')
      await refuseLast(keys, id)
      if (!(await keys.revoke(id, scope))) throw notFound('API key')
      authenticate.forget(id)
      return c.json({ object: 'api_key', id, deleted: true })
    })
}

const wouldSend = new Refusal(
  403,
  'validation_error',
  'What this API key sends is always captured, so it only makes keys with `capture`.',
)

/** @throws Refusal 403 for a project that is not the caller's, 422 for one that does not exist */
async function refuseProject(
  { inForce }: Postern,
  { var: { caller, isOfAll } }: Asked,
  name: Scope,
) {
  if (!isOfAll && name !== caller.project) throw otherProject
  if (name === allProjects || hasProject((await inForce.current()).settings, name)) return
  const rule = 'there is no project of this name (settings: projects)'
  throw refusalOfFaults([{ field: 'project', rule, kind: 'invalid' }])
}

type Asked = Pick<Context<ApiEnv>, 'var'>

const otherProject = new Refusal(
  403,
  'invalid_access',
  'This API key belongs to one project, so it only makes keys for that.',
)

/** A key in a list. The last five are our own. */
function keyItem({
  id,
  name,
  createdAt,
  lastUsedAt,
  permission,
  project,
  domain,
  capture,
  stream,
}: ApiKey): KeyItem {
  return {
    id,
    name,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
    permission,
    project,
    domain: domain ?? null,
    capture,
    stream: stream ?? null,
  }
}

/** Every list of keys is read as a whole. */
const mostKeys = 1_000

const tooMany = new Refusal(
  422,
  'validation_error',
  `There are already ${mostKeys} API keys: revoke unused ones.`,
)

/** Newest first: ids sort by time. */
function pageOf(keys: readonly ApiKey[], { limit, after, before }: PageQuery): Page<ApiKey> {
  const left = keys
    .filter(
      ({ id }) => (after === undefined || id < after) && (before === undefined || id > before),
    )
    .sort((one, other) => (one.id < other.id ? 1 : -1))
  const data = before === undefined ? left.slice(0, limit) : left.slice(-limit)
  return { data, hasMore: left.length > limit }
}

const closed =
  'This is the first API key: from now on Postern requires one. It is also in the file first-key in the data directory; with the last key revoked none is required again.'

/** The first key ends open access: one that may only send would lock every caller out. */
function refuseFirst({ permission, project }: KeyRequest) {
  if (permission === 'full_access' && project === allProjects) return
  const field = permission === 'full_access' ? 'project' : 'permission'
  const rule =
    'the first key needs full_access to all projects: once it exists, only a key can create more'
  throw new Refusal(422, 'validation_error', `The \`${field}\` field: ${rule}.`)
}

/** Against a slip, not against an intruder, who could create another key. */
async function refuseLast(keys: Keys, id: string) {
  const all = await keys.list(allProjects)
  const others = all.filter((key) => key.id !== id)
  const isOwner = ({ project }: ApiKey) => project === allProjects
  if (others.length === 0 || others.some(isOwner) || !all.some(isOwner)) return
  throw new Refusal(
    422,
    'validation_error',
    'This is the last key with full_access to all projects: create another one first, or revoke the others.',
  )
}

function refusalOfKeyFaults(faults: readonly Fault[]): Refusal {
  const refusal = refusalOfFaults(faults)
  const isAccess = faults.some(({ field }) => field === 'permission')
  const onlyInvalid = refusal.code === 'validation_error'
  return isAccess && onlyInvalid ? new Refusal(422, invalidAccess, refusal.message) : refusal
}

/** Resend's name for a wrong `permission`, which nothing else is refused with. */
const invalidAccess = 'invalid_access'
