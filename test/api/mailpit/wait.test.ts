import { describe, expect, it } from 'vitest'
import { openApi, said, type Json, type OpenApi } from '../open-api.ts'
import { put } from './inbox.ts'

/** How each door asks for the emails to one address, and how many an answer has. */
const doors = [
  ['/api/v1/search?query=to:bob@example.com', ({ messages }: Answer) => messages!.length],
  ['/api/v2/search?kind=to&query=bob@example.com', ({ items }: Answer) => items!.length],
  ['/email?to.address=bob@example.com', (list: Answer) => (list as unknown as []).length],
  ['/v1/captures?to=bob@example.com', ({ data }: Answer) => data.length],
] as const

/** How each lists what there is. */
const lists = [
  ['/api/v1/messages?', doors[0][1]],
  ['/api/v2/messages?', doors[1][1]],
  ['/email?', doors[2][1]],
  ['/v1/captures?', doors[3][1]],
] as const

type Answer = Json & { readonly messages?: readonly []; readonly items?: readonly [] }

/** Settles, or says that it is still open when nothing more happens without time. */
async function state<T>(answer: Promise<T>): Promise<T | 'waits'> {
  let settled: T | 'waits' = 'waits'
  void answer.then((value) => (settled = value))
  for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve))
  return settled
}

/** Until a reading thread has started and read, where one is needed. */
async function untilRead(api: OpenApi) {
  await expect.poll(() => api.clock.waiting, { timeout: 20_000, interval: 10 }).toBe(1)
}

describe.each(doors)('%s', (path, lengthOf) => {
  it('waits for its own email, at no other, and before any time passes', async () => {
    const api = openApi()
    const answer = said(api.fetch(`${path}&wait=20`))
    await untilRead(api)
    await put(api, { to: ['ann@example.com'], eml: 'To: ann@example.com\r\n\r\n' })
    expect(await state(answer)).toBe('waits')
    await put(api)
    const [status, list] = await answer
    expect([status, lengthOf(list as Answer), api.clock.waiting]).toEqual([200, 1, 0])
  })

  it('waits for as many as are wanted', async () => {
    const api = openApi()
    await put(api)
    const answer = said(api.fetch(`${path}&wait=20&count=2`))
    expect(await state(answer)).toBe('waits')
    await put(api)
    expect(lengthOf((await answer)[1] as Answer)).toBe(2)
  })

  it('answers with nothing when the time is up, and at once without `wait`', async () => {
    const api = openApi()
    const answer = said(api.fetch(`${path}&wait=20`))
    await untilRead(api)
    await api.clock.advance(20_000)
    for (const [status, list] of [await answer, await said(api.fetch(path))])
      expect([status, lengthOf(list as Answer)]).toEqual([200, 0])
  })

  it.each(['wait=21', 'wait=soon', 'wait=-1', 'wait=1&count=0', 'wait=1&count=x'])(
    'refuses %s in its own manner',
    async (query) => {
      const answer = await openApi().fetch(`${path}&${query}`)
      expect(answer.status).toBe(path.startsWith('/v1') ? 422 : 400)
      expect(await answer.text()).toContain(query.includes('count') ? 'count' : 'wait')
    },
  )
})

describe.each(lists)('%s', (path, lengthOf) => {
  it('waits for what is accepted since an id', async () => {
    const api = openApi()
    await put(api)
    const last = await put(api)
    expect(lengthOf((await api.read(`${path}since=${last}`)) as Answer)).toBe(0)
    const answer = said(api.fetch(`${path}since=${last}&wait=20`))
    expect(await state(answer)).toBe('waits')
    await put(api)
    expect(lengthOf((await answer)[1] as Answer)).toBe(1)
    expect((await api.fetch(`${path}since=yesterday`)).status).toBeGreaterThanOrEqual(400)
  })
})

describe('GET /api/v1/message/latest', () => {
  it.each(['', '/headers', '/raw'])(
    '%s waits until there is one that a search finds',
    async (rest) => {
      const api = openApi()
      const first = await put(api, { subject: 'Hi' })
      const path = `/api/v1/message/latest${rest}?query=subject:order&since=${first}`
      expect((await api.fetch(path)).status).toBe(404)
      const answer = api.fetch(`${path}&wait=20`)
      await put(api, { subject: 'Hi' })
      expect(await state(answer)).toBe('waits')
      await put(api)
      expect((await answer).status).toBe(200)
      const none = api.fetch('/api/v1/message/latest?query=subject:none&wait=20')
      expect(await state(none)).toBe('waits')
      await api.clock.advance(20_000)
      expect((await none).status).toBe(404)
    },
  )
})

describe('waiting', () => {
  it('has 500 places for all doors together', async () => {
    const api = openApi()
    const callers = Array.from({ length: 500 }, () => new AbortController())
    const paths = doors.map(([path]) => `${path}&wait=20`)
    const waiting = callers.map(({ signal }, n) => api.fetch(paths[n % paths.length]!, { signal }))
    await expect.poll(() => api.clock.waiting, { timeout: 20_000, interval: 10 }).toBe(500)
    for (const path of paths) expect((await api.fetch(path)).status).toBe(429)
    callers.forEach((caller) => caller.abort())
    await Promise.all(waiting)
    expect(api.clock.waiting).toBe(0)
  })
})
