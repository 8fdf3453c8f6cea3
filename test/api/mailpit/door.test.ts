import { describe, expect, it } from 'vitest'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { openApi, type OpenApi } from '../open-api.ts'
import { basic, put } from './inbox.ts'

const projects = { shop: {}, blog: {} }

function open() {
  return openApi({ defaults: { from: { address: 'no-reply@acme.test' }, projects } })
}

async function keyOf(
  { postern, clock }: OpenApi,
  project: string,
  permission: 'full_access' | 'sending_access' = 'full_access',
) {
  const made = makeApiKey({ name: 'k', project, permission, capture: false }, clock.now())
  await postern.keys.create(made.key)
  return made.token
}

/** The messages that a caller finds, or the status with which it is refused. */
async function seen(api: OpenApi, headers: Record<string, string>) {
  const answer = await api.fetch('/api/v1/messages', { headers })
  if (answer.status !== 200) return answer.status
  const { messages, total } = (await answer.json()) as { messages: { ID: string }[]; total: number }
  expect(messages).toHaveLength(total)
  return messages.map(({ ID }) => ID)
}

describe('a caller with Basic', () => {
  it('is let in by a key as the password, and sees its project alone, whatever the user', async () => {
    const api = open()
    const shop = await put(api, { project: 'shop' })
    const other = await put(api)
    const [key, all] = [await keyOf(api, 'shop'), await keyOf(api, '*')]
    expect(await seen(api, basic('any', key))).toEqual([shop])
    expect(await seen(api, basic('blog', key))).toEqual([shop])
    expect(await seen(api, { authorization: `Bearer ${key}` })).toEqual([shop])
    expect(await seen(api, basic('any', all))).toEqual([other, shop])
    expect(await seen(api, basic('shop', all))).toEqual([shop])
    expect(await seen(api, { ...basic('x', all), 'x-postern-project': 'default' })).toEqual([other])
  })

  it('is refused without a good key, and is asked for Basic', async () => {
    const api = open()
    await put(api)
    await keyOf(api, 'shop')
    const wrong = [{}, basic('x'), basic('x', 're_wrong'), basic('x', 'a\u0000b'), basic('', '')]
    const broken = ['Basic', 'Basic ?', 'Basic eA==', 'Digest x'].map((authorization) => {
      return { authorization }
    })
    for (const headers of [...wrong, ...broken]) expect(await seen(api, headers)).toBe(401)
    const answer = await api.fetch('/api/v1/messages')
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Postern"')
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  })

  it('may only put messages in with a key that may only send', async () => {
    const api = open()
    const key = await keyOf(api, 'shop', 'sending_access')
    expect(await seen(api, basic('x', key))).toBe(401)
    const body = JSON.stringify({ From: { Email: 'a@acme.test' } })
    const init = { method: 'POST', body, headers: basic('x', key) }
    expect((await api.fetch('/api/v1/send', init)).status).toBe(400)
  })

  it('names a project by the user where no key is needed', async () => {
    const api = open()
    const [shop, other] = [await put(api, { project: 'shop' }), await put(api)]
    expect(await seen(api, basic('shop', 'x'))).toEqual([shop])
    for (const user of ['', 'admin', 'default'])
      expect(await seen(api, basic(user, 'x'))).toEqual([other])
    expect(await seen(api, basic('shpo', 'x'))).toBe(401)
    const free = openApi()
    const id = await put(free)
    expect(await seen(free, basic('anyone', 'x'))).toEqual([id])
  })

  it('is no page of another site, to which a browser adds what was typed once', async () => {
    const api = open()
    const key = await keyOf(api, 'shop')
    const headers = { ...basic('x', key), 'sec-fetch-site': 'cross-site' }
    expect(await seen(api, headers)).toBe(403)
  })
})

type Route = readonly [method: string, path: string, body?: object]

describe('a project', () => {
  const routes: readonly Route[] = [
    ['GET', '/api/v1/messages'],
    ['GET', '/api/v1/search?query=order'],
    ['GET', '/api/v1/message/ID'],
    ['GET', '/api/v1/message/latest'],
    ['GET', '/api/v1/message/ID/headers'],
    ['GET', '/api/v1/message/ID/raw'],
    ['GET', '/api/v1/message/ID/part/0'],
    ['GET', '/api/v1/message/ID/part/0/thumb'],
    ['GET', '/view/ID.html'],
    ['GET', '/view/ID.txt'],
    ['GET', '/view/latest'],
    ['GET', '/api/v1/tags'],
    ['GET', '/api/v1/info'],
    ['PUT', '/api/v1/messages', { Read: true }],
    ['PUT', '/api/v1/messages', { IDs: ['ID'], Read: true }],
    ['PUT', '/api/v1/messages', { Search: 'order', Read: true }],
    ['PUT', '/api/v1/tags', { IDs: ['ID'], Tags: ['theirs'] }],
    ['PUT', '/api/v1/tags/of-the-shop', { Name: 'theirs' }],
    ['DELETE', '/api/v1/tags/of-the-shop'],
    ['DELETE', '/api/v1/messages', { IDs: ['ID'] }],
    ['DELETE', '/api/v1/messages'],
    ['DELETE', '/api/v1/search?query=order'],
    ['POST', '/api/v1/message/ID/release', { To: ['me@acme.test'] }],
    ['GET', '/api/v2/messages'],
    ['GET', '/api/v2/search?kind=containing&query=order'],
    ['GET', '/api/v1/messages/ID'],
    ['DELETE', '/api/v1/messages/ID'],
    ['POST', '/api/v1/messages/ID/release', { email: 'me@acme.test' }],
    ...['/email', '/api/email'].flatMap((root): Route[] => [
      ['GET', root],
      ['GET', `${root}/ID`],
      ...['html', 'source', 'download', 'attachment/a'].map((part): Route => {
        return ['GET', `${root}/ID/${part}`]
      }),
      ['PATCH', `${root}/read-all`],
      ['DELETE', `${root}/ID`],
      ['DELETE', `${root}/all`],
    ]),
  ]

  it('is neither seen, counted nor changed by another, by any route', async () => {
    const api = open()
    const id = await put(api, { project: 'shop', tags: ['of-the-shop'], subject: 'of the shop' })
    const blog = basic('x', await keyOf(api, 'blog'))
    const all = { ...basic('blog', await keyOf(api, '*')) }
    const before = await api.postern.captures.list({ scope: '*', limit: 9 })
    for (const [method, path, body] of routes)
      for (const headers of [blog, all]) {
        const text = body && JSON.stringify(body).replace('ID"]', `${id}"]`)
        const init = { method, headers, ...(text && { body: text }) }
        const answer = await api.fetch(path.replace('ID', id), init)
        const namesOne = /ID|latest/.test(path)
        expect([path, answer.status]).toEqual([path, namesOne ? 404 : 200])
        expect(await answer.text()).not.toMatch(/of.the.shop|"total":1|"Messages":1/)
        expect(await api.postern.captures.list({ scope: '*', limit: 9 })).toEqual(before)
      }
  })
})
