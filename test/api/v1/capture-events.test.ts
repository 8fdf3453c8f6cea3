import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import type { NewsQuery } from '../../../mail/ports/captures.ts'
import { capture, holding, openApi, said, type OpenApi } from '../open-api.ts'

const path = '/v1/captures/events'

/** A reader that takes one piece after the other, and what it has read so far. */
async function read(api: OpenApi, query = '', headers: Record<string, string> = {}) {
  const answer = await api.fetch(path + query, { headers })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  const reader = answer.body!.getReader()
  const next = async () => {
    const { done, value } = await reader.read()
    return done ? undefined : Buffer.from(value).toString()
  }
  const first = await next()
  const place = /^retry: 1000\nid: (\S+)\n\n$/.exec(first!)![1]!
  return { place, next, cancel: () => reader.cancel(), event: async () => parse((await next())!) }
}

function parse(text: string) {
  const [, id, name, data] = /^id: (\S+)\nevent: (\S+)\ndata: (.+)\n\n$/.exec(text) ?? []
  return { id: id!, name, data: JSON.parse(data!) as Record<string, unknown> }
}

async function put(api: OpenApi, values: Partial<Parameters<typeof capture>[2]> = {}) {
  const id = newId(api.clock.now())
  await capture(api, 'Subject: x\r\n\r\n', { id, ...values })
  return values.id ?? id
}

describe('GET /v1/captures/events', () => {
  it('tells of each email when it is captured, as a list shows it, and of none before', async () => {
    const api = openApi()
    await put(api)
    const stream = await read(api)
    const id = await put(api, { subject: 'Line\nbreak', tags: ['a'] })
    const { name, data } = await stream.event()
    expect(name).toBe('email.captured')
    expect(data).toEqual((await api.read('/v1/captures?limit=1')).data[0])
    expect(data['id']).toBe(id)
  })

  it('goes on behind the last event, with nothing missing and nothing twice', async () => {
    const api = openApi()
    const accepted = newId(api.clock.now())
    const stream = await read(api)
    await put(api)
    const { id: last } = await stream.event()
    await stream.cancel()
    // Accepted before what was read, and captured after it.
    await put(api, { id: accepted })
    const second = await put(api)
    const again = await read(api, '', { 'last-event-id': last })
    expect(again.place).toBe(last)
    const events = [await again.event(), await again.event()]
    expect(events.map(({ data }) => data['id'])).toEqual([accepted, second])
    const from = await read(api, '', { 'Last-Event-ID': events[0]!.id.toUpperCase() })
    expect((await from.event()).data['id']).toBe(second)
  })

  it('goes on from where it began when nothing came before it was cut off', async () => {
    const api = openApi()
    const stream = await read(api)
    await stream.cancel()
    const id = await put(api)
    const again = await read(api, '', { 'last-event-id': stream.place })
    expect((await again.event()).data['id']).toBe(id)
  })

  it.each([
    ['to', '?to=Bob@example.com', { to: ['bob@example.com'] }],
    ['tag', '?tag=SIGN+up', { tags: ['Sign up'] }],
    ['subject', '?subject=cOd', { subject: 'Your code' }],
  ])('tells only of those with this %s, and moves on past the others', async (_, query, wanted) => {
    const api = openApi()
    const stream = await read(api, query)
    const next = stream.next()
    await put(api)
    const mine = await put(api, wanted)
    expect(parse((await next)!).data['id']).toBe(mine)
    const others = stream.next()
    await put(api)
    await api.clock.advance(15_000)
    const [, place] = /^id: (\S+)\n\n$/.exec((await others)!)!
    const again = await read(api, '', { 'last-event-id': place! })
    const last = await put(api)
    expect((await again.event()).data['id']).toBe(last)
  })

  it('tells of the project of its key alone', async () => {
    const from = { address: 'no-reply@acme.test' }
    const api = openApi({ defaults: { from, projects: { shop: {} } } })
    const [shop, all] = [
      await read(api, '', { 'x-postern-project': 'shop' }),
      await read(api, '', { 'x-postern-project': '*' }),
    ]
    const others = await put(api)
    const own = await put(api, { project: 'shop' })
    expect((await all.event()).data).toMatchObject({ id: others, project: 'default' })
    const event = await shop.next()
    expect(parse(event!).data['id']).toBe(own)
  })

  it('says every 15 seconds that it is there, and ends after five minutes', async () => {
    const api = openApi()
    const stream = await read(api)
    const pieces: (string | undefined)[] = []
    for (let n = 0; n < 20; n++) {
      const next = stream.next()
      await api.clock.advance(15_000)
      pieces.push(await next)
    }
    expect(new Set(pieces)).toEqual(new Set([':\n\n']))
    expect(await stream.next()).toBeUndefined()
    expect(api.clock.waiting).toBe(0)
  })

  it('reads nothing ahead for a slow reader, and cuts off one that stands still', async () => {
    const api = openApi()
    let looks = 0
    const { captures } = api.postern
    const news = captures.news.bind(captures)
    Object.assign(captures, { news: (query: NewsQuery) => (looks++, news(query)) })
    const stream = await read(api)
    for (let n = 0; n < 250; n++) await put(api)
    const before = looks
    await api.clock.advance(59_000)
    expect(looks).toBe(before)
    expect((await stream.event()).name).toBe('email.captured')
    expect(looks).toBe(before + 1)
    await api.clock.advance(60_000)
    await expect(stream.next()).rejects.toThrow('stands still')
    expect(api.clock.waiting).toBe(0)
  })

  it('ends at once when the host stops', async () => {
    const stopping = new AbortController()
    const api = openApi({ stopping: stopping.signal })
    const stream = await read(api)
    const next = stream.next()
    stopping.abort()
    await next
    expect(await stream.next()).toBeUndefined()
    expect(api.clock.waiting).toBe(0)
  })

  it('is open a hundred times for one caller, who leaves the place that is not used', async () => {
    const api = openApi()
    const open = await Promise.all(Array.from({ length: 100 }, () => read(api)))
    const [status, { error }] = await said(api.fetch(path))
    expect([status, error]).toEqual([
      429,
      { code: 'rate_limit_exceeded', message: holding('100 streams') },
    ])
    await open[0]!.cancel()
    const last = await read(api)
    await last.cancel()
    expect((await api.fetch(path, { method: 'HEAD' })).status).toBe(200)
    open[0] = await read(api)
    expect((await api.fetch(path)).status).toBe(429)
    await Promise.all(open.map((one) => one.cancel()))
    expect(api.clock.waiting).toBe(0)
  })

  it.each([
    ['Last-Event-ID', '', { 'last-event-id': '12' }],
    ['to', '?to=%40', {}],
  ])('refuses a %s that is none', async (name, query, headers) => {
    const api = openApi()
    const [status, { error }] = await said(api.fetch(path + query, { headers }))
    expect([status, error.errors]).toMatchObject([422, [{ path: name }]])
  })

  it('hands over whole answers where a host takes no other: with what came, or after 20 seconds', async () => {
    const api = openApi({ wholeAnswers: true })
    const pending = api.fetch(path).then((answer) => answer.text())
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    const first = await put(api)
    const [head, event] = (await pending).split(/(?<=\n\n)/)
    expect(parse(event!).data['id']).toBe(first)
    const second = await put(api)
    const ask = async (after: string) =>
      (await api.fetch(path, { headers: { 'last-event-id': after } })).text()
    expect(await ask(parse(event!).id)).toContain(second)
    // As many as there are, each once.
    const both = await ask(/id: (\S+)/.exec(head!)![1]!)
    expect(both.match(/^event:/gm)).toHaveLength(2)
    const quiet = ask(both.match(/(?<=^id: )\S+/gm)!.at(-1)!)
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    await api.clock.advance(20_000)
    expect(await quiet).toMatch(/^retry: 1000\nid: \S+\n\n:\n\n(:\n\n)?$/)
  })
})
