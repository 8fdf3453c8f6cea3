import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import { openApi, type OpenApi } from '../open-api.ts'
import { put } from './inbox.ts'

/*
 * What the three doors of the test inbox answer to clients that get everything wrong: an error in the
 * shape of their own API, never a 500, and never more is removed or changed than was named.
 */

/** Values where an id, a word or a number is expected. */
const odd = [
  ...['latest', 'all', '*', '%', '%00', '%ff', '..', '%2e%2e%2f', 'undefined', 'null', '[]', '{}'],
  ...[
    "'%20OR%201=1--",
    '0',
    '-1',
    '1e9',
    'NaN',
    '9'.repeat(400),
    'x'.repeat(3_000),
    '%F0%9F%98%80',
  ],
  ...['__proto__', 'constructor', '<script>', '%0d%0aX:1', '"', '%22', '(', 'to:', '-', '!a'],
]

const reads = [
  ...['/api/v1/message/{}', '/api/v1/message/{}/headers', '/api/v1/message/{}/raw'],
  ...['/api/v1/message/{}/html-check', '/api/v1/message/{}/link-check'],
  ...['/api/v1/message/{}/sa-check', '/api/v1/message/latest?query={}', '/api/v1/messages/{}'],
  ...['/api/v1/message/ID/part/{}', '/api/v1/message/ID/part/{}/thumb'],
  ...['/api/v1/messages?limit={}', '/api/v1/messages?start={}', '/api/v1/messages?before={}'],
  ...['/api/v1/search?query={}', '/api/v1/search?query=a&tz={}', '/api/v1/search?query=tag:{}'],
  ...['/api/v1/messages?since={}', '/api/v1/messages?wait={}', '/api/v1/messages?count={}&wait=0'],
  ...['/view/{}.html', '/view/{}.txt', '/view/{}', '/api/v1/chaos?{}', '/api/v1/{}'],
  ...['/api/v2/messages?start={}', '/api/v2/messages?limit={}', '/api/v2/{}'],
  ...['/api/v2/search?kind={}&query=a', '/api/v2/search?kind=to&query={}'],
  ...['/email/{}', '/email/{}/html', '/email/{}/source', '/email/{}/download'],
  ...['/email/ID/attachment/{}', '/email?skip={}', '/email?limit={}', '/email?{}={}'],
  ...['/email?to.{}=a', '/email?since={}', '/api/email/{}', '/email/{}/relay'],
]

/** Bodies that are none of what is asked for. */
const bodies = [
  ...['{', 'true', '0', '"all"', '[]', '[null]', '["all"]', '\u0000', '[[[[', '{"IDs"}'],
  ...['{"ID":"x"}', '{"IDs":{}}', '{"IDs":"x"}', '{"IDs":0}', '{"IDs":[0]}', '{"IDs":[null]}'],
  ...['{"IDs":[[]]}', '{"IDs":["*"]}', '{"IDs":["%"]}', '{"IDs":[""]}', '{"ids":false}'],
  ...['{"IDs":{"length":0}}', '{"__proto__":{"IDs":[]}}', '{"IDs":["x"],"Search":"a","Read":"no"}'],
  ...[
    '{"Search":0}',
    '{"Search":[]}',
    '{"Search":"to:"}',
    '{"Tags":0}',
    '{"IDs":["x"],"Tags":[{}]}',
  ],
  ...['{"Name":0}', '{"To":0}', '{"To":[0]}', '{"Email":{}}', '{"From":0,"To":[{"Email":0}]}'],
]

/** Of these some mean all when they are empty, as in Mailpit: what is in them is not. */
const writes = [
  ...['DELETE /api/v1/messages', 'PUT /api/v1/messages', 'PUT /api/v1/tags', 'PUT /api/v1/tags/x'],
  ...['POST /api/v1/send', 'POST /api/v1/message/ID/release', 'POST /api/v1/messages/ID/release'],
  ...['PUT /api/v1/chaos', 'DELETE /api/v1/tags/x', 'DELETE /api/v1/search?query=none'],
]

const ofOne = [
  'DELETE /api/v1/messages {"IDs":["ID"]}',
  'PUT /api/v1/messages {"IDs":["ID"],"Read":true}',
  'PUT /api/v1/tags {"IDs":["ID"],"Tags":["x"]}',
  'DELETE /api/v1/messages/ID',
  'DELETE /email/ID',
  'POST /api/v1/message/ID/release {"To":["a@acme.test"]}',
  'POST /api/v1/messages/ID/release {"Email":"a@acme.test"}',
]

/** In the shape that clients of each door read. */
async function expectOwnRefusal(answer: Response, path: string) {
  const text = await answer.text()
  expect([path, answer.status, text], text).toSatisfy(([, status]) => Number(status) < 500)
  if (answer.status < 400) return
  const isJson = /^(\/api)?\/email(\/|\?|$)|^\/api\/v1\/send/.test(path)
  const type = answer.headers.get('content-type')
  expect([path, type?.split(';')[0]]).toEqual([path, isJson ? 'application/json' : 'text/plain'])
  if (isJson) expect(Object.keys(JSON.parse(text) as object)).toHaveLength(1)
}

async function fill(api: OpenApi) {
  const ids = [await put(api), await put(api), await put(api, { project: 'shop' })]
  return { ids, left: async () => (await api.postern.captures.count('*')).total }
}

function open() {
  return openApi({ defaults: { from: { address: 'a@acme.test' }, projects: { shop: {} } } })
}

describe('a hostile client of the test inbox', () => {
  it(
    'reads nothing but answers and refusals, of an empty inbox too',
    { timeout: 60_000 },
    async () => {
      for (const isEmpty of [true, false]) {
        const api = open()
        const id = isEmpty ? newId(api.clock.now()) : (await fill(api)).ids[0]!
        for (const path of reads)
          for (const value of odd) {
            const asked = path.replaceAll('{}', value).replace('ID', id)
            const answer = await api.fetch(asked, { headers: { 'x-postern-project': 'default' } })
            // Some lead out of the door they are asked at.
            const { pathname } = new URL(asked, 'http://localhost')
            if (/^\/(api|view|email)\//.test(pathname)) await expectOwnRefusal(answer, pathname)
          }
        expect(api.logged).toEqual([])
      }
    },
  )

  it.each(writes)('%s: a body that is none removes and changes nothing', async (write) => {
    const api = open()
    const { ids, left } = await fill(api)
    const [method, path] = write.split(' ') as [string, string]
    const seen = async () => (await api.postern.captures.list({ scope: '*', limit: 9 })).data
    const before = await seen()
    for (const body of [...bodies, ...meansAll]) {
      const answer = await api.fetch(path.replace('ID', ids[0]!), { method, body })
      const isAll = answer.ok && meansAll.includes(body)
      await expectOwnRefusal(answer, path)
      if (!isAll) expect([body, await left(), await seen()]).toEqual([body, 3, before])
      else if (method === 'DELETE' && path === '/api/v1/messages') {
        expect([body, await left()]).toEqual([body, 1])
        break
      }
    }
    expect(api.logged).toEqual([])
  })

  it('finds nothing of another project by its id, and removes and changes nothing', async () => {
    const api = open()
    const { ids } = await fill(api)
    const other = ids[2]!
    const before = await api.postern.captures.list({ scope: 'shop', limit: 9 })
    const ofId = /^\/(api\/v1\/message|view|email)s?\/\{\}(?!\/sa-check)/
    const named = reads.filter((path) => ofId.test(path))
    expect(named.length).toBeGreaterThan(10)
    for (const path of named) {
      const { status } = await api.fetch(path.replaceAll('{}', other))
      expect([path, status]).toEqual([path, 404])
    }
    for (const write of ofOne) {
      const [method, path, body] = write.split(' ') as [string, string, string?]
      const { status } = await api.fetch(path.replace('ID', other), {
        method,
        body: body?.replace('"ID"', JSON.stringify(other)) ?? null,
      })
      // Of several, those that are not there are passed over, as in Mailpit.
      expect([write, status]).toEqual([write, body?.includes('IDs') ? 200 : 404])
    }
    expect(await api.postern.captures.list({ scope: 'shop', limit: 9 })).toEqual(before)
    expect(await api.postern.captures.count('default')).toMatchObject({ total: 2, unread: 2 })
  })
})

/** As Mailpit has it. */
const meansAll = ['', 'null']
