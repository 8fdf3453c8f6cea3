import { describe, expect, it } from 'vitest'
import { operations } from '../../../api/openapi/document.ts'
import { actionOf } from '../../../api/access/audit-actions.ts'
import { auditActions } from '../../../mail/email/audit.ts'
import { allProjects } from '../../../mail/email/project.ts'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import type { AuditLine } from '../../../mail/ports/audit.ts'
import { anEmail, openApi, said, type OpenApi } from '../open-api.ts'

/** They change nothing that lasts, or only what an inbox of tests shows. */
const unaudited =
  /(\/(verify|preview|test|test-email|validate|search|seen)$)|^\/v1\/(captures|feedback)|^\/api\//

async function withKey(api: OpenApi, project: string = allProjects) {
  const permission = 'full_access'
  const { key, token } = makeApiKey(
    { name: `of ${project}`, permission, project, capture: false },
    api.clock.now(),
  )
  await api.postern.keys.create(key)
  return { key, headers: { authorization: `Bearer ${token}` } }
}

async function lines(api: OpenApi, headers: Record<string, string>) {
  const [, { data }] = await said(api.fetch('/v1/audit', { headers }))
  return data
}

describe('the audit', () => {
  const changing = operations.filter(
    ({ method, needs }) => method !== 'get' && needs === 'full_access',
  )

  it('knows every request that changes something', () => {
    const forgotten = changing.filter(
      ({ method, path }) => !unaudited.test(path) && !actionOf(method.toUpperCase(), path),
    )
    expect(forgotten.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    const needless = changing.filter(
      ({ method, path }) => unaudited.test(path) && actionOf(method.toUpperCase(), path),
    )
    expect(needless).toEqual([])
    expect(new Set(auditActions).size).toBe(auditActions.length)
  })

  it('names the key, what was changed and what came of it, and never a secret', async () => {
    const api = openApi({ access: 'keys' })
    const { key, headers } = await withKey(api)
    const [, { version }] = await said(api.fetch('/v1/settings', { headers }))
    const wish = {
      settings: { engine: 'noop', smtp: { host: 'smtp.acme.test' } },
      secrets: { 'smtp.password': 'hushhush' },
      version,
    }
    const put = { method: 'PUT', headers, body: JSON.stringify(wish) }
    expect((await api.fetch('/v1/settings', put)).status).toBe(200)
    expect((await api.fetch('/v1/settings', put)).status).toBe(409)
    const [, made] = await said(api.post('/api-keys', { name: 'new' }, headers))
    await api.fetch(`/api-keys/${made.id}`, { method: 'DELETE', headers })
    const by = { actor: 'key', id: key.id, name: 'of *' }
    const found = await lines(api, headers)
    expect(found).toMatchObject([
      { action: 'key.revoked', outcome: 'done', by, about: made.id },
      { action: 'key.created', outcome: 'done', by, about: made.id },
      { action: 'settings.saved', outcome: 'refused', by, project: '*' },
      {
        action: 'settings.saved',
        outcome: 'done',
        by,
        changes: ['engine', 'smtp.host', 'smtp.password'],
      },
    ])
    expect(JSON.stringify(found)).not.toMatch(/hushhush|acme/)
  })

  it('names no address, and shows a project only its own', async () => {
    const api = openApi({
      access: 'keys',
      defaults: { from: { address: 'a@acme.test' }, projects: { shop: {}, blog: {} } },
    })
    const [shop, blog] = [await withKey(api, 'shop'), await withKey(api, 'blog')]
    await api.post('/suppressions', { email: 'gone@example.com' }, shop.headers)
    await api.fetch('/suppressions/gone@example.com', { method: 'DELETE', headers: shop.headers })
    const found = await lines(api, shop.headers)
    expect(found).toMatchObject([
      { action: 'suppression.removed', outcome: 'done', project: 'shop' },
      { action: 'suppression.added', outcome: 'done', project: 'shop' },
    ])
    expect(JSON.stringify(found)).not.toContain('gone')
    expect(await lines(api, blog.headers)).toEqual([])
  })

  it('has a line before anything is done: what crashed in between may have been done', async () => {
    const api = openApi()
    const outcomes: string[] = []
    const store = { ...api.postern.audit }
    Object.assign(api.postern.audit, {
      put: async (line: AuditLine) => {
        outcomes.push(`${line.outcome}, ${(await api.postern.suppressions.list(all)).data.length}`)
        await store.put(line)
      },
    })
    await api.post('/suppressions', { email: 'gone@example.com' })
    expect(outcomes).toEqual(['begun, 0', 'done, 1'])
    Object.assign(api.postern.audit, { put: () => Promise.reject(new Error('full')) })
    expect((await api.post('/suppressions', { email: 'more@example.com' })).status).toBe(500)
    expect((await api.postern.suppressions.list(all)).data).toHaveLength(1)
  })

  const all = { scope: '*', limit: 10 }

  it('is read by the owner of a machine where no key is needed, settings included', async () => {
    const api = openApi()
    const { version } = await api.read('/v1/settings')
    const wish = { settings: { engine: 'noop' }, version }
    await api.fetch('/v1/settings', { method: 'PUT', body: JSON.stringify(wish) })
    expect((await api.read('/v1/audit')).data).toMatchObject([
      { action: 'settings.saved', by: { actor: 'local', id: null } },
    ])
  })

  it('costs sending nothing', async () => {
    const api = openApi()
    Object.assign(api.postern.audit, { put: () => Promise.reject(new Error('asked')) })
    expect((await api.post('/emails', anEmail)).status).toBe(200)
    expect((await api.post('/emails/batch', [anEmail])).status).toBe(200)
  })
})
