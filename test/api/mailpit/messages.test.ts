import { describe, expect, it } from 'vitest'
import { openApi, type OpenApi } from '../open-api.ts'
import { put } from './inbox.ts'

interface List {
  readonly total: number
  readonly unread: number
  readonly messages_count: number
  readonly messages_unread: number
  readonly start: number
  readonly tags: readonly string[]
  readonly messages: readonly { ID: string }[]
}

async function list(api: OpenApi, path: string): Promise<List> {
  return (await (await api.fetch(path)).json()) as List
}

async function found(api: OpenApi, query: string, more = ''): Promise<string[]> {
  const path = `/api/v1/search?query=${encodeURIComponent(query)}${more}`
  return (await list(api, path)).messages.map(({ ID }) => ID)
}

async function ask(api: OpenApi, method: string, path: string, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { accept: '*/*' }
  const answer = await api.fetch(path, {
    method,
    headers,
    ...(body !== undefined && { body: text }),
  })
  return [answer.status, await answer.text()]
}

describe('GET /api/v1/messages', () => {
  it('lists summaries, newest first, with counts', async () => {
    const api = openApi()
    const old = await put(api, { seen: true })
    const id = await put(api, { tags: ['b', 'a'] })
    const { messages, ...rest } = await list(api, '/api/v1/messages')
    expect(rest).toEqual({
      ...{ total: 2, unread: 1, count: 2, messages_count: 2, messages_unread: 1, start: 0 },
      tags: ['a', 'b'],
    })
    expect(messages.map(({ ID }) => ID)).toEqual([id, old])
    expect(messages[0]).toEqual({
      ID: id,
      MessageID: '1@acme.test',
      Read: false,
      From: { Name: 'Acme', Address: 'a@acme.test' },
      To: [
        { Name: 'Bob', Address: 'bob@example.com' },
        { Name: '', Address: 'joann@example.com' },
      ],
      Cc: [{ Name: '', Address: 'carol@example.com' }],
      Bcc: [{ Name: '', Address: 'hidden@example.com' }],
      ReplyTo: [{ Name: '', Address: 'help@acme.test' }],
      Subject: 'Your order',
      Created: new Date(api.clock.now()).toISOString(),
      Username: '',
      Tags: ['b', 'a'],
      Size: expect.any(Number) as number,
      Attachments: 1,
      Snippet: 'Hello Bob',
    })
  })

  it('lists a part, and takes what is no number for its default', async () => {
    const api = openApi()
    const ids = [await put(api), await put(api), await put(api)].reverse()
    const part = async (query: string) =>
      (await list(api, `/api/v1/messages?${query}`)).messages.map(({ ID }) => ID)
    expect(await part('start=1&limit=1')).toEqual([ids[1]])
    expect(await part('start=2')).toEqual([ids[2]])
    expect(await part('start=9&limit=5')).toEqual([])
    expect(await part('limit=0')).toEqual([])
    expect(await part('start=x&limit=-1')).toEqual(ids)
    expect(await part('before=2026-01-01')).toEqual([])
    expect(await part('before=2999-01-01')).toEqual(ids)
    expect(await ask(api, 'GET', '/api/v1/messages?start=10001')).toEqual([
      400,
      'start: at most 10000: search instead',
    ])
  })

  it('lists what was captured before its header was kept, by its envelope', async () => {
    const api = openApi()
    await put(api, { outline: undefined as never, to: ['bob@example.com'] })
    const { messages } = await list(api, '/api/v1/messages')
    expect(messages).toMatchObject([
      {
        From: { Name: '', Address: 'a@acme.test' },
        To: [{ Name: '', Address: 'bob@example.com' }],
        ...{ MessageID: '', Bcc: [], Snippet: '' },
      },
    ])
  })
})

describe('GET /api/v1/search', () => {
  it('finds by each field, by words, and by what is not there', async () => {
    const api = openApi()
    const id = await put(api, { tags: ['Sign up'] })
    for (const [query, isFound] of searches)
      expect([query, await found(api, query)]).toEqual([query, isFound ? [id] : []])
  })

  it('counts all that it finds, and pages through them', async () => {
    const api = openApi()
    const ids = [await put(api), await put(api, { seen: true }), await put(api)].reverse()
    await put(api, { subject: 'Other' })
    const { messages, ...rest } = await list(api, '/api/v1/search?query=order&start=1&limit=1')
    expect(messages.map(({ ID }) => ID)).toEqual([ids[1]])
    expect(rest).toMatchObject({ total: 4, messages_count: 3, messages_unread: 2, start: 1 })
  })

  it('reads dates in the time zone that is named', async () => {
    const api = openApi()
    const id = await put(api, { at: Date.UTC(2026, 0, 30, 12) })
    expect(await found(api, 'after:2026-01-31')).toEqual([])
    expect(await found(api, 'after:2026-01-31', '&tz=Pacific/Auckland')).toEqual([id])
  })

  it('without anything to look for is refused in a line of text', async () => {
    const api = openApi()
    for (const path of ['/api/v1/search', '/api/v1/search?query=', '/api/v1/search?query=%25'])
      expect(await ask(api, 'GET', path)).toEqual([400, 'no search query'])
  })
})

describe('what is done to many', () => {
  it('marks those that are named, those that are found, or all, as read and unread', async () => {
    const api = openApi()
    const [one, other] = [await put(api), await put(api, { subject: 'Other' })]
    const mark = async (body: unknown) => {
      expect(await ask(api, 'PUT', '/api/v1/messages', body)).toEqual([200, 'ok'])
      return (await found(api, 'is:read')).sort()
    }
    expect(await mark({ IDs: [one.toUpperCase()], Read: true })).toEqual([one])
    expect(await mark({ Search: 'subject:other', Read: true })).toEqual([one, other])
    expect(await mark({})).toEqual([])
    expect(await mark({ read: true, ids: [] })).toEqual([one, other])
    expect(await mark({ IDS: [other], READ: false })).toEqual([one])
  })

  it.each([
    ['without a body', undefined, []],
    ['with an empty list', { IDs: [] }, []],
    ['with null', { IDs: null }, []],
    ['with an empty body', '', []],
    ['of one', ['first'], ['second']],
  ] as const)('DELETE /api/v1/messages %s', async (_what, body, left) => {
    const api = openApi()
    const ids = { first: await put(api), second: await put(api) }
    const wanted = Array.isArray(body) ? { ids: [ids.first] } : body
    expect(await ask(api, 'DELETE', '/api/v1/messages', wanted)).toEqual([200, 'ok'])
    const { messages } = await list(api, '/api/v1/messages')
    expect(messages.map(({ ID }) => ID)).toEqual(left.map((name) => ids[name]))
  })

  it('removes what a search finds, and nothing else', async () => {
    const api = openApi()
    const kept = await put(api, { subject: 'Other' })
    for (let n = 0; n < 3; n++) await put(api)
    const path = '/api/v1/search?query=subject:order'
    expect(await ask(api, 'DELETE', path)).toEqual([200, 'ok'])
    expect(await found(api, 'hello')).toEqual([kept])
  })

  it('is a 400 that changes nothing where it is not said what to do it to', async () => {
    const api = openApi()
    await put(api, { tags: ['a'] })
    await put(api, { seen: true })
    const before = await list(api, '/api/v1/messages')
    for (const [method, path, body] of mistakes) {
      const [status, words] = await ask(api, method, path, body)
      const what = `${method} ${path} ${JSON.stringify(body)}`
      expect([what, status, words]).toEqual([what, 400, expect.stringMatching(/\w/)])
      expect([what, await list(api, '/api/v1/messages')]).toEqual([what, before])
    }
  })

  it('leaves what is unknown alone: an id that is none never means all', async () => {
    const api = openApi()
    const id = await put(api)
    for (const IDs of [['nothing'], [''], ['latest'], ['../x']])
      expect(await ask(api, 'DELETE', '/api/v1/messages', { IDs })).toEqual([200, 'ok'])
    expect(await ask(api, 'PUT', '/api/v1/messages', { IDs: ['x'], Read: true })).toEqual([
      ...[200, 'ok'],
    ])
    expect(await found(api, 'is:unread')).toEqual([id])
  })
})

/** Whether each finds the one message. */
const searches: readonly [string, boolean][] = [
  ['to:bob@example.com', true],
  ['to:BOB', true],
  ['to:ann@example.com', false],
  ['to:carol@example.com', false],
  ['cc:carol@example.com', true],
  ['bcc:hidden@example.com', true],
  ['from:acme', true],
  ['from:b@acme.test', false],
  ['reply-to:help', true],
  ['addressed:joann', true],
  ['addressed:a@acme.test', true],
  ['subject:"our ord"', true],
  ['subject:Your order', true],
  ['subject:Your missing', false],
  ['-subject:order', false],
  ['message-id:1@', true],
  ['tag:"sign up"', true],
  ['tag:sign', false],
  ['is:tagged', true],
  ['is:unread', true],
  ['is:read', false],
  ['!is:read', true],
  ['has:attachment', true],
  ['has:inline', true],
  ['larger:10', true],
  ['smaller:10', false],
  ['after:2000-01-01', true],
  ['before:2000-01-01', false],
  ['hello', true],
  ['hel bob', true],
  ['hello missing', false],
  ['hello -bob', false],
  ['-missing', true],
  ['bob@example.com', true],
]

const mistakes: readonly [method: string, path: string, body: unknown][] = [
  ['DELETE', '/api/v1/messages', { id: ['x'] }],
  ['DELETE', '/api/v1/messages', { IDs: 'x' }],
  ['DELETE', '/api/v1/messages', { IDs: [1] }],
  ['DELETE', '/api/v1/messages', { IDs: [null] }],
  ['DELETE', '/api/v1/messages', ['x']],
  ['DELETE', '/api/v1/messages', '{"IDs":["x"'],
  ['DELETE', '/api/v1/messages', '"x"'],
  ['DELETE', '/api/v1/search', undefined],
  ['DELETE', '/api/v1/search?query=to:', undefined],
  ['DELETE', '/api/v1/search?query=-', undefined],
  ['DELETE', '/api/v1/search?query=after:never', undefined],
  ['PUT', '/api/v1/messages', { Red: true }],
  ['PUT', '/api/v1/messages', { Read: 'yes' }],
  ['PUT', '/api/v1/messages', { IDs: ['x'], Search: 'order' }],
  ['PUT', '/api/v1/messages', { Search: 'to:' }],
  ['PUT', '/api/v1/tags', { Tags: ['a'] }],
  ['PUT', '/api/v1/tags', { IDs: [], Tags: ['a'] }],
  ['PUT', '/api/v1/tags', {}],
  ['PUT', '/api/v1/tags/a', {}],
  ['PUT', '/api/v1/tags/a', { Name: '<>' }],
  ['POST', '/api/v1/send', { From: {} }],
  ['POST', '/api/v1/send', {}],
  ['POST', '/api/v1/message/latest/release', {}],
  ['POST', '/api/v1/message/latest/release', { To: [] }],
  ['POST', '/api/v1/message/latest/release', { To: ['nothing'] }],
  ['POST', '/api/v1/message/latest/release', 'true'],
]
