import { Hono } from 'hono'
import {
  makeApiKey,
  readKeyName,
  readKeyRequest,
  type KeyRequest,
} from '../../mail/keys/api-keys.ts'
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
 * Resend's `/api-keys`: make, list, rename, revoke; with `domain` and `capture` as our own.
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
      const read = readKeyRequest(await readJsonObject(c.req.raw))
      if ('faults' in read) throw refusalOfKeyFaults(read.faults)
      if (c.var.caller.capture && !read.request.capture) throw wouldSend
      // There is no key yet.
      const isFirst = c.var.caller.owner === 'local'
      if (isFirst) refuseFirst(read.request)
      if ((await keys.list()).length >= mostKeys) throw tooMany
      const { key, token } = makeApiKey(read.request, clock.now())
      if (isFirst) keepFirstKey?.(token)
      await keys.create(key)
      return c.json({ id: key.id, token, ...(isFirst && { warning: closed }) }, 201)
    })
    .get('/api-keys', manage, async (c) => {
      const { data, hasMore } = pageOf(await keys.list(), readPageQuery(c))
      return c.json({ object: 'list', has_more: hasMore, data: data.map(keyItem) })
    })
    .patch('/api-keys/:id', manage, async (c) => {
      const id = readId(c)
      const { name } = await readJsonObject(c.req.raw)
      const read = readKeyName(name)
      if ('faults' in read) throw refusalOfFaults(read.faults)
      if (!(await keys.change(id, { name: read.name }))) throw notFound('API key')
      return c.json({ object: 'api_key', id })
    })
    .delete('/api-keys/:id', manage, async (c) => {
      const id = readId(c)
      await refuseLast(keys, id)
      if (!(await keys.revoke(id))) throw notFound('API key')
      authenticate.forget(id)
      return c.json({ object: 'api_key', id, deleted: true })
    })
}

const wouldSend = new Refusal(
  403,
  'validation_error',
  'What this API key sends is always captured, so it only makes keys with `capture`.',
)

/** A key in a list. The last three are our own. */
function keyItem({
  id,
  name,
  createdAt,
  lastUsedAt,
  permission,
  domain,
  capture,
}: ApiKey): KeyItem {
  return {
    id,
    name,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
    permission,
    domain: domain ?? null,
    capture,
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
function refuseFirst({ permission }: KeyRequest) {
  if (permission === 'full_access') return
  const rule = 'the first key needs full_access: once it exists, only a key can create more'
  throw new Refusal(422, 'validation_error', `The \`permission\` field: ${rule}.`)
}

/** Against a slip, not against an intruder, who could create another key. */
async function refuseLast(keys: Keys, id: string) {
  const others = await keys.list().then((all) => all.filter((key) => key.id !== id))
  if (others.length === 0 || others.some(({ permission }) => permission === 'full_access')) return
  throw new Refusal(
    422,
    'validation_error',
    'This is the last key with full_access: create another one first, or revoke the others.',
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
