import { describe, expect, it } from 'vitest'
import { operations } from '../../../api/openapi/document.ts'
import type { Operation } from '../../../api/openapi/operation.ts'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { anEmail, capture, holding, openApi, said, textOf, type OpenApi } from '../open-api.ts'
import { arrange, type Call } from '../openapi/calls.ts'

/** Only from its own domain may `blog` send; the others are not its to see. */
const projects = { shop: {}, blog: { senderDomains: ['acme.test'] } }

/** They look at no key: signing in, this document, and a link that is a key of its own. */
const keyless = ['/v1/session', '/v1/openapi.json', '/v1/uploads/{id}']

/** It holds all projects, whichever a key of all names. */
const wholeCopy = '/v1/backup'

/** Made from the document, which names every route of the app: so a new one cannot be forgotten. */
const keyed = operations
  .filter(({ path, needs }) => needs !== 'nothing' || !keyless.includes(path))
  .filter(({ path }) => path !== wholeCopy)
  .map((operation): [string, Operation] => [`${operation.method} ${operation.path}`, operation])

/** What may be the same for every caller: groups are in the settings, and two lists are always empty. */
const sameForAll = [
  // It begins with now: whose captures come then is told by its own tests.
  '/v1/captures/events',
  // With what is done for all projects.
  '/v1/audit',
  '/v3/scopes',
  '/v3/asm/groups',
  '/v3/asm/groups/{group}',
  ...['blocks', 'invalid_emails'].flatMap((kind) => [
    `/v3/suppression/${kind}`,
    `/v3/suppression/${kind}/{email}`,
  ]),
]

describe.each(keyed)('%s', (_name, operation) => {
  it('reads, changes and counts nothing of another project', async () => {
    const { api, all, shop, blog } = await twoProjects()
    const others: Record<string, string>[] = [
      { authorization: blog },
      { authorization: all, 'x-postern-project': 'blog' },
    ]
    const isList = operation.method === 'get' && !operation.path.includes('{')
    const isOfProject = !operation.forAll && !sameForAll.includes(operation.path)
    const before = isList && isOfProject && (await texts(api, operation, others))
    await fill(api, all)
    const call = await arrange(api, operation, all.slice('Bearer '.length), 'shop')
    const theirs = await allOf(api, 'shop')
    const seen: string[] = []
    for (const headers of others) {
      const answer = await ask(api, call, headers)
      const isOfAll = headers['authorization'] === all
      // What is of no project is there for a key of all, whichever project it looks at.
      if (operation.forAll && !isOfAll) expect(answer.status).toBe(403)
      if (namesOne(call, operation) && !operation.forAll) expect(answer.status).toBe(404)
      const text = await textOf(answer)
      expect(text).not.toMatch(/of.the.shop/)
      seen.push(text)
    }
    if (before) expect(await texts(api, operation, others)).toEqual(before)
    if (!operation.forAll) expect(await allOf(api, 'shop')).toEqual(theirs)
    const isRead = operation.method === 'get'
    if (isRead) {
      const whole = await ask(api, call, { authorization: all })
      expect(whole.status).toBe(operation.answer.status)
    }
    const own = await ask(api, call, { authorization: shop })
    expect(own.status).toBe(operation.forAll ? 403 : operation.answer.status)
    // Or what was kept from others would be kept from everyone.
    if (isRead && isOfProject) expect(seen).not.toContain(await textOf(own))
  })
})

describe('a project', () => {
  it('has its own emails, captures and counts; all are seen by a key of all', async () => {
    const { api, all, shop, blog } = await twoProjects()
    const ids = [await api.send(anEmail, { authorization: shop })]
    ids.push(
      await api.send(anEmail, { authorization: blog }),
      await api.send(anEmail, { authorization: all }),
    )
    const list = async (headers: Record<string, string>) => {
      const [, { data }] = await said(api.fetch('/emails', { headers }))
      return data.map(({ id }) => id).sort()
    }
    expect(await list({ authorization: shop })).toEqual([ids[0]])
    expect(await list({ authorization: all })).toEqual([...ids].sort())
    expect(await list({ authorization: all, 'x-postern-project': '*' })).toEqual([...ids].sort())
    expect(await list({ authorization: all, 'x-postern-project': 'default' })).toEqual([ids[2]])
  })

  it('has Idempotency-Keys of its own, also with one key of all', async () => {
    const { api, all } = await twoProjects()
    const send = (project: string) =>
      api.send(anEmail, {
        authorization: all,
        'x-postern-project': project,
        'idempotency-key': 'k',
      })
    const [shop, blog, again] = [await send('shop'), await send('blog'), await send('shop')]
    expect(again).toBe(shop)
    expect(blog).not.toBe(shop)
  })

  it('has uploads of its own, also with one key of all', async () => {
    const { api, all } = await twoProjects()
    const inProject = (project: string) => ({ authorization: all, 'x-postern-project': project })
    const wish = { size: 1, filename: 'a.txt', content_type: 'text/plain' }
    const [, { id, url }] = await said(api.post('/v1/uploads', wish, inProject('shop')))
    const { pathname, search } = new URL(url as string)
    const put = (path: string) => api.fetch(path, { method: 'PUT', body: 'x' })
    expect((await put(pathname + search.replace('scope=shop', 'scope=blog'))).status).toBe(403)
    expect((await put(pathname + search)).status).toBe(200)
    const email = { ...anEmail, attachments: [{ upload: id }] }
    expect((await api.post('/emails', email, inProject('blog'))).status).toBe(422)
    expect((await api.post('/emails', email, inProject('shop'))).status).toBe(200)
  })

  it('takes no email into the batch of another', async () => {
    const { api, shop, blog } = await twoProjects()
    const [, { batch_id }] = await said(
      api.post('/v3/mail/batch', undefined, { authorization: shop }),
    )
    const mail = {
      personalizations: [{ to: [{ email: 'b@example.com' }] }],
      from: { email: 'a@acme.test' },
      subject: 'Hi',
      content: [{ type: 'text/plain', value: 'Hello' }],
      batch_id,
    }
    const send = (authorization: string) => api.post('/v3/mail/send', mail, { authorization })
    expect((await send(blog)).status).toBe(400)
    expect((await send(shop)).status).toBe(202)
  })

  it('is named by a key of all alone: the key of another is refused, whatever it names', async () => {
    const { api, all, shop } = await twoProjects()
    const status = async (authorization: string, project: string) =>
      (await api.fetch('/emails', { headers: { authorization, 'x-postern-project': project } }))
        .status
    expect(await status(shop, 'shop')).toBe(200)
    expect([await status(shop, 'blog'), await status(shop, 'none')]).toEqual([403, 403])
    expect([await status(shop, '*'), await status(all, 'none')]).toEqual([403, 422])
  })

  it('is named in the address by what a browser fetches by itself, and there only read', async () => {
    const { api, all, shop } = await twoProjects()
    const id = await api.send(anEmail, { authorization: shop })
    const status = async (authorization: string, query: string, method = 'GET') =>
      (await api.fetch(`/emails/${id}${query}`, { method, headers: { authorization } })).status
    expect([await status(all, '?project=shop'), await status(all, '?project=blog')]).toEqual([
      200, 404,
    ])
    expect([await status(all, '?project=none'), await status(shop, '?project=blog')]).toEqual([
      422, 403,
    ])
    const posted = api.post('/emails?project=shop', anEmail, { authorization: all })
    const [, { id: made }] = await said(posted)
    expect((await api.postern.emails.get(made, '*'))!.project).toBe('default')
  })

  it('is listed with its counts to its own keys, and all of them to a key of all', async () => {
    const { api, all, shop } = await twoProjects()
    await api.send(anEmail, { authorization: shop })
    const list = async (authorization: string, headers: Record<string, string> = {}) => {
      const asked = { headers: { authorization, ...headers } }
      const [, { data }] = await said(api.fetch('/v1/projects?counts=1', asked))
      return data.map(({ name, counts }) => [name, (counts as Waiting).queue.depth])
    }
    expect(await list(all)).toEqual([
      ['default', 0],
      ['shop', 1],
      ['blog', 0],
    ])
    expect(await list(shop)).toEqual([['shop', 1]])
    expect(await list(all, { 'x-postern-project': 'blog' })).toEqual([['blog', 0]])
  })

  it.each([
    ['/emails', 'post', [422, 'X-Postern-Project']],
    ['/v3/mail/send', 'post', [400, 'X-Postern-Project']],
    ['/v1/emails', 'get', [422, 'X-Postern-Project']],
  ] as const)(
    'of no such name is refused with the field and the rule: %s',
    async (path, method, no) => {
      const { api, all } = await twoProjects()
      const headers = { authorization: all, 'x-postern-project': 'none' }
      const init = method === 'post' ? { body: JSON.stringify(anEmail) } : {}
      const answer = await api.fetch(path, { method: method.toUpperCase(), headers, ...init })
      const words = await answer.text()
      expect([answer.status, words]).toEqual([no[0], holding(no[1])])
      expect(words).toContain('there is no project of this name')
      expect(words).not.toContain('shop')
      expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
    },
  )

  it('is not removed while emails of it wait, and then nothing is', async () => {
    const { api, all, shop } = await twoProjects({ saved: true })
    await api.send({ ...anEmail, scheduled_at: 'in 2 days' }, { authorization: shop })
    const { settings, version } = await api.postern.settings.read()
    const put = (projects: object, headers = {}) =>
      said(
        api.fetch('/v1/settings', {
          method: 'PUT',
          headers: { authorization: all, ...headers },
          body: JSON.stringify({ settings: { projects, replyTo: 'a@acme.test' }, version }),
        }),
      )
    const [status, { error }] = await put({ blog: {} })
    expect([status, error.errors]).toEqual([
      422,
      [{ path: 'projects.shop', rule: holding('emails of it wait') }],
    ])
    expect((await api.postern.settings.read()).settings).toEqual(settings)
    expect((await put({ shop: {} }))[0]).toBe(200)
  })

  it.each([
    ['a name that is none', { Shop: {} }, 'projects.Shop'],
    [
      'a domain of others',
      { shop: { senderDomains: ['there.test'] } },
      'projects.shop.senderDomains',
    ],
    ['a stream that is none', { shop: { stream: 'fast' } }, 'projects.shop.stream'],
    ['a sender that is none', { shop: { from: { address: 'x' } } }, 'projects.shop.from.address'],
    ['a tenant that is none', { shop: { ses: { tenant: 'a b' } } }, 'projects.shop.ses.tenant'],
    ['a field that is none', { shop: { color: 'red' } }, 'projects.shop.color'],
  ])(
    'is refused with the field and the rule, and nothing saved: %s',
    async (_what, wrong, path) => {
      const { api, all } = await twoProjects()
      const { version } = await api.postern.settings.read()
      const settings = { senderDomains: ['acme.test'], projects: wrong }
      const [status, { error }] = await said(
        api.fetch('/v1/settings', {
          method: 'PUT',
          headers: { authorization: all },
          body: JSON.stringify({ settings, version }),
        }),
      )
      const faults = error.errors as { path: string; rule: string }[]
      expect([status, faults.map((fault) => fault.path)]).toEqual([422, [path]])
      expect(faults[0]!.rule).not.toBe('')
      expect((await api.postern.settings.read()).version).toBe(version)
    },
  )

  it('that is gone takes its keys with it, and they say so', async () => {
    const { api, shop } = await twoProjects({ gone: true })
    const [status, { message }] = await said(
      api.fetch('/emails', { headers: { authorization: shop } }),
    )
    expect([status, message]).toEqual([403, "This API key's project no longer exists."])
  })

  it('is `default` where no key is needed, unless a header names another', async () => {
    const api = openApi({ defaults: { from: { address: 'no-reply@acme.test' }, projects } })
    const id = await api.send(anEmail, { 'x-postern-project': 'shop' })
    const status = async (headers: Record<string, string>) =>
      (await api.fetch(`/emails/${id}`, { headers })).status
    expect(await status({})).toBe(404)
    expect(await status({ 'x-postern-project': 'shop' })).toBe(200)
    expect(await status({ 'x-postern-project': '*' })).toBe(200)
    expect(await status({ 'x-postern-project': 'none' })).toBe(422)
  })
})

describe('a key', () => {
  it('is made for the project of who makes it, and for no other', async () => {
    const { api, all, shop } = await twoProjects()
    const make = async (authorization: string, wish: object) => {
      const [status, { id }] = await said(
        api.post('/api-keys', { name: 'k', ...wish }, { authorization }),
      )
      const made = (await api.postern.keys.list('*')).find((key) => key.id === id)
      return made?.project ?? status
    }
    expect(await make(shop, {})).toBe('shop')
    expect(await make(shop, { project: 'blog' })).toBe(403)
    expect(await make(shop, { project: '*' })).toBe(403)
    expect(await make(all, {})).toBe('*')
    expect(await make(all, { permission: 'sending_access' })).toBe('default')
    expect(await make(all, { project: 'blog' })).toBe('blog')
    expect(await make(all, { project: 'none' })).toBe(422)
    expect(await make(all, { project: '*', permission: 'sending_access' })).toBe(422)
  })
})

interface Waiting {
  readonly queue: { readonly depth: number }
}

/** A Postern with two projects, and the Authorization of a key of each and of all. */
async function twoProjects({ gone = false, saved = false } = {}) {
  const from = { address: 'no-reply@acme.test' }
  const api = openApi({ defaults: { from, projects: gone || saved ? {} : projects } })
  if (saved) {
    const { version } = await api.postern.settings.read()
    await api.postern.settings.write({ projects: { shop: {}, blog: {} } }, {}, version)
    await api.postern.inForce.refresh()
  }
  const [all, shop, blog] = ['*', 'shop', 'blog'].map((project) => makeKey(api, project))
  return { api, all: await all!, shop: await shop!, blog: await blog! }
}

async function makeKey({ postern, clock }: OpenApi, project: string): Promise<string> {
  const full = { permission: 'full_access', capture: false } as const
  const { key, token } = makeApiKey({ name: `key of ${project}`, project, ...full }, clock.now())
  await postern.keys.create(key)
  return `Bearer ${token}`
}

/** Something of every kind. */
async function fill(api: OpenApi, authorization: string) {
  const headers = { authorization, 'x-postern-project': 'shop' }
  const email = { ...anEmail, subject: 'of the shop' }
  await api.send({ ...email, scheduled_at: 'in 2 days' }, headers)
  const id = await api.send(email, headers)
  const { postern, clock } = api
  const claim = await postern.emails.claim(id, clock.now(), 75)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  await postern.emails.settle(id, claim.claim, { state: 'failed', settledAt: clock.now() })
  const job = { id, capture: false, since: 0, recipients: 1, lane: 'example.com' }
  await postern.queue.bury(job, 'reason of the shop')
  const eml = 'Subject: of the shop\r\n\r\n'
  await capture(api, eml, { id, project: 'shop', subject: 'of the shop' })
  const [, { batch_id }] = await said(api.post('/v3/mail/batch', undefined, headers))
  await api.post('/v3/user/scheduled_sends', { batch_id, status: 'pause' }, headers)
  await api.post('/api-keys', { name: 'of the shop' }, headers)
  await api.post('/suppressions', { email: 'of-the-shop@example.com' }, headers)
  const endpoint = 'https://93.184.215.14/of-the-shop'
  await api.post('/webhooks', { endpoint, events: ['email.sent'] }, headers)
  const locales = { en: { subject: 'of the shop', html: 'of the shop' } }
  const template = { name: 'of the shop', alias: 'of-the-shop', locales }
  await api.post('/v1/templates', template, headers)
  const sender = { project: 'shop', domain: 'of-the-shop.example.com' }
  await postern.reputation.add([{ ...sender, at: clock.now(), sent: 1 }])
}

/** All that can be seen of a project. */
async function allOf({ postern, clock }: OpenApi, scope: string) {
  const now = clock.now()
  const keys = await postern.keys.list(scope)
  return {
    emails: await postern.emails.list({ scope, limit: 100 }),
    captures: await postern.captures.list({ scope, limit: 100 }),
    count: await postern.captures.count(scope),
    stopped: await postern.groups.stopped(scope, now),
    letters: await postern.deadLetters.list({ scope, limit: 100 }),
    suppressions: await postern.suppressions.list({ scope, limit: 100 }),
    webhooks: await postern.webhooks.list(scope),
    templates: await postern.templates.list({ scope, limit: 100 }),
    senders: await postern.reputation.read(scope, 0),
    stats: await postern.stats.read(scope, 0, now),
    depth: await postern.queue.depth(now, scope),
    lanes: await postern.queue.lanes(now, scope),
    keys: keys.map(({ lastUsedAt: _, ...key }) => key),
  }
}

/** Whether a request names one thing, which is another project's: an address or a group is not. */
function namesOne({ init }: Call, { path }: Operation): boolean {
  return /\{(?!email|group)/.test(path) || String(init.body).includes('batch_id')
}

async function texts(api: OpenApi, { path }: Operation, all: readonly Record<string, string>[]) {
  const answers = all.map(async (headers) => textOf(await api.fetch(path, { headers })))
  return Promise.all(answers)
}

async function ask(api: OpenApi, { path, init }: Call, headers: Record<string, string>) {
  const answer = api.fetch(path, { ...init, headers })
  if (path === '/v1/test-email') await passTime(api)
  return answer
}

async function passTime({ clock }: OpenApi) {
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(60_000)
}
