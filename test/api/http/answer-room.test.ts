import { describe, expect, it } from 'vitest'
import { openApi, said, type OpenApi } from '../open-api.ts'

const bytes = 2_000_000

/** A capture of some megabytes. */
async function captured({ postern }: OpenApi, id: string): Promise<string> {
  const eml = Buffer.from(
    `From: a@b.cd\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(bytes, 'line of a letter\r\n'),
  )
  const capture = {
    id,
    emailId: id,
    project: 'default',
    at: 0,
    from: 'a@b.cd',
    to: ['b@b.cd'],
    subject: 'large',
  }
  await postern.captures.add({ ...capture, size: eml.byteLength, seen: false, tags: [] }, eml, '')
  return `/v1/captures/${id}`
}

const someId = '01890000-0000-7000-8000-000000000000'

describe('what a large answer takes of the memory', () => {
  const isFree = ({ postern: { room } }: OpenApi) => {
    const stay = room.enter('other', room.mostBytes)
    stay?.leave()
    return stay !== undefined
  }

  it.each(['', '/raw'])('is given back when %s of a capture is read', async (part) => {
    const api = openApi()
    const path = await captured(api, someId)
    const answer = await api.fetch(path + part)
    expect([answer.status, isFree(api)]).toEqual([200, false])
    await answer.arrayBuffer()
    expect(isFree(api)).toBe(true)
  })

  it('is given back when the caller goes away', async () => {
    const api = openApi()
    const answer = await api.fetch(`${await captured(api, someId)}/raw`)
    const reader = answer.body!.getReader()
    await reader.read()
    expect(isFree(api)).toBe(false)
    await reader.cancel()
    expect(isFree(api)).toBe(true)
  })

  it('is refused while there is none, and nothing of it kept', async () => {
    const api = openApi()
    const path = await captured(api, someId)
    const stay = api.postern.room.enter('another', api.postern.room.mostBytes - bytes / 2)!
    const answer = await api.fetch(`${path}/raw`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    stay.leave()
    expect(isFree(api)).toBe(true)
    expect((await said(api.fetch(path)))[0]).toBe(200)
  })

  it('is taken before the capture is read, by its size', async () => {
    const api = openApi()
    const path = await captured(api, someId)
    const { room, captures } = api.postern
    const get = captures.get.bind(captures)
    let wasRead = false
    Object.assign(captures, {
      get: async (...asked: Parameters<typeof get>) => {
        const found = await get(...asked)
        wasRead = found !== undefined
        return found
      },
    })
    const stay = room.enter('another', room.mostBytes - bytes / 2)!
    const wish = { to: 'b@there.test', engine: 'smtp' }
    const release = { method: 'POST', body: JSON.stringify(wish) }
    expect((await api.fetch(`${path}/raw`)).status).toBe(503)
    expect((await api.fetch(`/v1/emails/${someId}/release`, release)).status).toBe(503)
    expect(wasRead).toBe(false)
    stay.leave()
  })

  it('arrives whole, with its length', async () => {
    const api = openApi()
    const answer = await api.fetch(`${await captured(api, someId)}/raw`)
    expect(answer.headers.get('content-length')).toBe(String(bytes))
    expect((await answer.arrayBuffer()).byteLength).toBe(bytes)
  })
})
