import { describe, expect, it } from 'vitest'
import { openApi, type OpenApi } from '../open-api.ts'
import { put } from '../mailpit/inbox.ts'

interface List {
  readonly total: number
  readonly count: number
  readonly start: number
  readonly items: readonly { ID: string }[]
}

async function read(api: OpenApi, path: string): Promise<List> {
  return (await (await api.fetch(path)).json()) as List
}

describe("MailHog's API", () => {
  it('shows a message with its parts as they are encoded', async () => {
    const api = openApi()
    const id = await put(api)
    const { items, ...rest } = await read(api, '/api/v2/messages')
    expect(rest).toEqual({ total: 1, count: 1, start: 0 })
    expect(items[0]).toMatchObject({
      ID: id,
      From: { Relays: null, Mailbox: 'a', Domain: 'acme.test', Params: '' },
      To: ['bob', 'joann', 'carol', 'hidden'].map((Mailbox) => ({
        Mailbox,
        Domain: 'example.com',
      })),
      Content: { Headers: { Subject: ['Your order'], 'x-own': ['1'], 'X-OWN': ['2'] }, MIME: null },
      MIME: { Parts: [{ Body: 'Hello Bob' }, {}, { Body: 'iVBORw==', Size: 8, MIME: null }, {}] },
      Raw: { From: 'a@acme.test' },
    })
    expect(await read(api, `/api/v1/messages/${id}`)).toEqual(items[0])
    await put(api, { eml: 'Subject: x\r\n\r\nhello' })
    expect((await read(api, '/api/v2/messages?limit=1')).items).toMatchObject([
      { MIME: null, Content: { Body: 'hello' } },
    ])
  })

  it('searches by sender, recipient and words', async () => {
    const api = openApi()
    const id = await put(api)
    for (const [search, isFound] of [
      ['kind=from&query=acme', true],
      ['kind=to&query=hidden@example.com', true],
      ['kind=to&query=ann@example.com', false],
      ['kind=to&query=ann', true],
      ['kind=containing&query=hello', true],
      ['kind=containing&query=missing', false],
    ] as const) {
      const { total, items } = await read(api, `/api/v2/search?${search}`)
      expect([search, total, items[0]?.ID]).toEqual([
        search,
        isFound ? 1 : 0,
        isFound ? id : undefined,
      ])
    }
  })

  it.each([
    ['GET', '/api/v2/search', 400],
    ['GET', '/api/v2/search?kind=to&query=', 400],
    ['GET', '/api/v2/search?kind=constructor&query=x', 400],
    ['GET', `/api/v2/search?kind=to&query=${'x'.repeat(501)}`, 400],
    ['GET', '/api/v2/jim', 404],
    ['GET', '/api/v2/outgoing-smtp', 404],
    ['GET', '/api/v1/messages/nothing', 404],
    ['DELETE', '/api/v1/messages/nothing', 404],
    ['POST', '/api/v1/messages/nothing/release', 404],
    ['POST', '/api/v1/events', 404],
  ])('%s %s is a %i in a line of text', async (method, path, status) => {
    const api = openApi()
    await put(api)
    const body = method === 'POST' ? JSON.stringify({ email: 'me@acme.test' }) : null
    const answer = await api.fetch(path, { method, body })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringMatching(/^text\/plain/),
    ])
    expect((await api.postern.captures.count('*')).total).toBe(1)
  })
})
