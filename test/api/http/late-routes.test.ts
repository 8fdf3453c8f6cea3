import { Hono } from 'hono'
import { TrieRouter } from 'hono/router/trie-router'
import { describe, expect, it } from 'vitest'
import type { ApiEnv } from '../../../api/access/auth.ts'
import { addWhenAsked } from '../../../api/http/late-routes.ts'
import { openApi, text } from '../open-api.ts'

describe('routes that are loaded when they are asked for', () => {
  it('answer the request they were loaded for, whose body nothing has read', async () => {
    const { post } = openApi()
    const answer = await post('/suppressions', { email: 'ada@example.com' })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ id: text })
  })

  it('are added once, however many ask at the same time', async () => {
    const { app } = openApi()
    const before = app.routes.length
    await app.request('/webhooks')
    const added = app.routes.length - before
    const other = openApi().app
    const answers = await Promise.all([1, 2, 3].map(async () => other.request('/webhooks')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(other.routes.length - before).toBe(added)
  })

  it('refuse a method that no address there takes, also when others were refused before', async () => {
    const { fetch } = openApi()
    expect((await fetch('/emails', { method: 'PUT' })).status).toBe(405)
    const answer = await fetch('/webhooks', { method: 'PUT' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD'])
    expect((await fetch('/webhookss')).status).toBe(404)
  })

  it('are as guarded as all others', async () => {
    const { fetch } = openApi({ access: 'keys', hosts: ['localhost'] })
    expect((await fetch('/domains')).status).toBe(401)
    expect((await fetch('http://other.example/domains')).status).toBe(403)
  })

  it('are asked for again when they could not be loaded', async () => {
    const loads = [
      () => Promise.reject(new Error('too many open files')),
      async () => new Hono<ApiEnv>().get('/late', (c) => c.text('here')),
    ]
    const app = new Hono<ApiEnv>({ router: new TrieRouter() })
    app.onError((_, c) => c.text('not here', 500))
    addWhenAsked(app, { at: ['/late'], load: () => loads.shift()!() })
    const ask = async () => (await app.request('/late')).text()
    expect([await ask(), await ask(), await ask()]).toEqual(['not here', 'here', 'here'])
  })
})
