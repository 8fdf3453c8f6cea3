import { describe, expect, it } from 'vitest'
import type { EmailChange } from '../../../mail/email/email.ts'
import { holding, openApi, said, text, type OpenApi } from '../open-api.ts'
import { tried, unknownId } from './tried.ts'

describe('GET /v1/queue and /v1/dead-letters', () => {
  it('count what waits', async () => {
    const api = openApi()
    await api.send()
    await api.clock.advance(3_000)
    expect(await api.read('/v1/queue')).toMatchObject({
      depth: 1,
      sending: 0,
      scheduled: 0,
      held: 0,
      deadLetters: 0,
      oldestAgeSeconds: 3,
    })
  })

  async function buried(api: OpenApi, change: EmailChange): Promise<[string, string]> {
    const id = await tried(api, change)
    const { capture, since } = (await api.postern.emails.get(id, '*'))!
    await api.postern.queue.bury({ id, capture, since, lane: 'x', recipients: 1 }, 'gave up')
    return [id, (await api.read('/v1/dead-letters')).data[0]!.id]
  }

  it('redrive puts the email back and lets the letter go', async () => {
    const api = openApi()
    const [id, letter] = await buried(api, { state: 'failed' })
    expect((await api.read('/v1/dead-letters')).data).toEqual([
      { id: letter, email_id: id, reason: 'gave up', created_at: '2026-01-01T00:00:00.000Z' },
    ])
    const [status, email] = await said(api.post(`/v1/dead-letters/${letter}/redrive`))
    expect([status, email.id, email['state']]).toEqual([200, id, 'queued'])
    expect(await api.read('/v1/dead-letters')).toEqual({ data: [], has_more: false })
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBeGreaterThan(0)
    expect((await api.post(`/v1/dead-letters/${letter}/redrive`)).status).toBe(404)
  })

  it('redrive takes all letters, page by page, and says of each why not', async () => {
    const api = openApi()
    const letters: string[] = []
    for (let i = 0; i < 3; i++) letters.unshift((await buried(api, { state: 'failed' }))[1])
    const [, sent] = await buried(api, { state: 'sent' })
    const [status, { data, has_more }] = await said(api.post('/v1/dead-letters/redrive'))
    expect([status, has_more]).toEqual([200, false])
    expect(data).toEqual([
      { id: sent, redriven: false, email_id: null, reason: 'the email is sent' },
      ...letters.map((id) => ({ id, redriven: true, email_id: text, reason: null })),
    ])
    expect((await api.read('/v1/dead-letters')).data.map(({ id }) => id)).toEqual([sent])
    const rest = await said(api.post('/v1/dead-letters/redrive', { after: sent }))
    expect(rest).toEqual([200, { data: [], has_more: false }])
  })

  it('redrive takes those that were chosen, each once, and leaves the others', async () => {
    const api = openApi()
    const [id, chosen] = await buried(api, { state: 'failed' })
    const [, other] = await buried(api, { state: 'failed' })
    const ids = [chosen, unknownId, chosen]
    expect(await said(api.post('/v1/dead-letters/redrive', { ids }))).toEqual([
      200,
      {
        data: [
          { id: chosen, redriven: true, email_id: id, reason: null },
          {
            id: unknownId,
            redriven: false,
            email_id: null,
            reason: 'there is no such dead letter',
          },
        ],
        has_more: false,
      },
    ])
    expect((await api.read('/v1/dead-letters')).data.map(({ id }) => id)).toEqual([other])
  })

  it.each([
    [{ ids: [] }, 'ids'],
    [{ ids: 'x' }, 'ids'],
    [{ ids: [1] }, 'ids.0'],
    [{ ids: Array<string>(1_001).fill('x') }, 'ids'],
    [{ after: 1 }, 'after'],
  ])('redrive refuses %j', async (body, path) => {
    const [status, { error }] = await said(openApi().post('/v1/dead-letters/redrive', body))
    expect([status, error.errors]).toEqual([422, [{ path, rule: text }]])
  })

  it('a letter that is no longer needed can be removed', async () => {
    const api = openApi()
    const [id, letter] = await buried(api, { state: 'sent' })
    const remove = () => said(api.fetch(`/v1/dead-letters/${letter}`, { method: 'DELETE' }))
    expect(await remove()).toEqual([200, { id: letter, deleted: true }])
    expect((await remove())[0]).toBe(404)
    expect((await api.read(`/v1/emails/${id}`))['state']).toBe('sent')
  })

  it('redrive ends what a crash left halfway, and keeps the letter of an email that is sent', async () => {
    const api = openApi()
    const [id, letter] = await buried(api, { state: 'failed' })
    expect((await api.post(`/v1/emails/${id}/retry`)).status).toBe(200)
    expect((await api.post(`/v1/dead-letters/${letter}/redrive`)).status).toBe(200)
    const [, other] = await buried(api, { state: 'sent' })
    const [status, { error }] = await said(api.post(`/v1/dead-letters/${other}/redrive`))
    expect([status, error.message]).toEqual([409, holding('sent')])
    expect((await api.read('/v1/dead-letters')).data).toHaveLength(1)
  })
})
