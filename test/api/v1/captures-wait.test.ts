import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import type { CaptureQuery } from '../../../mail/ports/captures.ts'
import { capture, type Json, openApi } from '../open-api.ts'
import { captured, now } from './captured.ts'

describe('GET /v1/captures?wait', () => {
  it('answers at once when there is something already', async () => {
    const api = openApi()
    await captured(api, { text: 'Hello' })
    expect((await api.read('/v1/captures?wait=20')).data).toHaveLength(1)
    expect(api.clock.waiting).toBe(0)
  })

  it('answers at the capture that it waits for, before any time passes, and at no other', async () => {
    const api = openApi()
    const mine = newId(now)
    let isAnswered = false
    const answer = api
      .read('/v1/captures?to=bob@example.com&wait=20')
      .finally(() => (isAnswered = true))
    await captured(api, { text: 'Not for Bob' })
    expect(isAnswered).toBe(false)
    await capture(api, 'Subject: x\r\n\r\n', { id: mine, to: ['bob@example.com'] })
    expect((await answer).data.map(({ id }) => id)).toEqual([mine])
    expect(api.clock.waiting).toBe(0)
  })

  it('answers with what is newer than the newest that was seen', async () => {
    const api = openApi()
    const newest = await captured(api, { text: 'Hello' })
    const answer = api.read(`/v1/captures?before=${newest}&wait=20`)
    const newer = await captured(api, { text: 'Hello again' })
    expect((await answer).data.map(({ id }) => id)).toEqual([newer])
  })

  it('misses nothing that is captured right after it looked', async () => {
    const api = openApi()
    const { captures } = api.postern
    const look = captures.list.bind(captures)
    Object.assign(captures, {
      looker: () => captures,
      list: async (query: CaptureQuery) => {
        const page = await look(query)
        if (page.data.length === 0) await captured(api, { text: 'Hello' })
        return page
      },
    })
    let inTime: Json | undefined
    const answer = api.read('/v1/captures?wait=20').then((page) => (inTime ??= page))
    for (let turn = 0; turn < 100 && !inTime; turn++)
      await new Promise((resolve) => setImmediate(resolve))
    expect(inTime?.data).toMatchObject([{ to: ['b@example.com'] }])
    await answer
  })

  it('waits for so many as are wanted, with a tag', async () => {
    const api = openApi()
    const put = async (...tags: string[]) => {
      const id = newId(now)
      await capture(api, 'Subject: x\r\n\r\n', { id, tags })
      return id
    }
    const first = await put('Sign up')
    let isAnswered = false
    const answer = api
      .read('/v1/captures?tag=sign+UP&count=2&wait=20')
      .finally(() => (isAnswered = true))
    await put('other')
    expect(isAnswered).toBe(false)
    const second = await put('sign up', 'other')
    const { data, ...rest } = await answer
    expect(data.map(({ id }) => id)).toEqual([second, first])
    expect(data[1]!['tags']).toEqual(['Sign up'])
    expect(rest).toEqual({ has_more: false, total: 3, unread: 3 })
    for (const query of ['count=0', 'count=x', 'count=101', 'count=3&limit=2'])
      expect((await api.fetch(`/v1/captures?wait=20&${query}`)).status).toBe(422)
  })

  it('answers with nothing when the time is up', async () => {
    const api = openApi()
    const answer = api.read('/v1/captures?wait=20')
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    await api.clock.advance(20_000)
    expect(await answer).toEqual({ data: [], has_more: false, total: null, unread: null })
  })

  it('stops waiting for a caller who is gone', async () => {
    const api = openApi()
    const caller = new AbortController()
    const answer = api.fetch('/v1/captures?wait=20', { signal: caller.signal })
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    caller.abort()
    await answer
    expect(api.clock.waiting).toBe(0)
  })

  it('waits with 500 others at most, and leaves its place when it is over', async () => {
    const api = openApi()
    const callers = Array.from({ length: 500 }, () => new AbortController())
    const waiting = callers.map(({ signal }) => api.fetch('/v1/captures?wait=20', { signal }))
    await expect.poll(() => api.clock.waiting, { interval: 10 }).toBe(500)
    const refused = await api.fetch('/v1/captures?wait=20')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await api.fetch('/v1/captures')).status).toBe(200)
    await api.clock.advance(20_000)
    expect((await Promise.all(waiting)).every(({ status }) => status === 200)).toBe(true)
    await capture(api, 'Subject: x\r\n\r\n', { id: newId(api.clock.now()) })
    expect((await api.read('/v1/captures?wait=20')).data).toHaveLength(1)
  })
})
