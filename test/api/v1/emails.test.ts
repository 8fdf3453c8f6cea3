import { describe, expect, it } from 'vitest'
import { createdAtOf } from '../../../mail/email/id.ts'
import { anEmail, holding, openApi, said, text } from '../open-api.ts'
import { tried, unknownId } from './tried.ts'

describe('GET /v1/emails', () => {
  it('tells the truth about an email', async () => {
    const api = openApi()
    const id = await tried(api, {
      state: 'queued',
      attempts: 1,
      nextAttemptAt: api.clock.now() + 30_000,
      lastReason: '450 later',
      recipients: [{ address: 'b@example.com', state: 'queued', reason: '450 later' }],
      timeline: [
        { at: api.clock.now(), what: 'accepted' },
        {
          at: api.clock.now(),
          what: 'attempt',
          engine: 'smtp',
          outcome: 'deferred',
          remoteId: 'x1',
        },
      ],
    })
    expect(await api.read(`/v1/emails/${id}`)).toEqual({
      id,
      waits_for: null,
      traceparent: null,
      template: null,
      stream: 'transactional',
      state: 'queued',
      created_at: '2026-01-01T00:00:00.000Z',
      owner: 'local',
      project: 'default',
      message_id: `<${id}@acme.test>`,
      from: { address: 'a@acme.test' },
      to: ['b@example.com'],
      cc: [],
      bcc: [],
      reply_to: [],
      subject: 'Hi',
      tags: [],
      size: 5,
      capture: true,
      on_ambiguous: 'retry',
      engine: null,
      last_engine: 'smtp',
      remote_id: 'x1',
      scheduled: false,
      due_at: '2026-01-01T00:00:00.000Z',
      attempts: 1,
      next_attempt_at: '2026-01-01T00:00:30.000Z',
      last_reason: '450 later',
      settled_at: null,
      recipients: [{ address: 'b@example.com', state: 'queued', reason: '450 later' }],
      timeline: [
        { at: '2026-01-01T00:00:00.000Z', what: 'accepted' },
        {
          at: '2026-01-01T00:00:00.000Z',
          what: 'attempt',
          engine: 'smtp',
          outcome: 'deferred',
          remote_id: 'x1',
        },
      ],
    })
  })

  it('finds emails by state, by recipient and by id', async () => {
    const api = openApi()
    const held = await tried(api, { state: 'held' })
    const other = await api.send({ ...anEmail, to: 'Bo <bo@bücher.example>' })
    const found = async (query: string) =>
      (await api.read(`/v1/emails?${query}`)).data.map(({ id }) => id)
    expect(await found('')).toEqual([other, held])
    expect(await found('status=held')).toEqual([held])
    expect(await found('q=bo@BÜCHER.example')).toEqual([other])
    expect(await found(`q=${held}`)).toEqual([held])
    expect(await found(`limit=1&after=${other}`)).toEqual([held])
    expect(await found('status=failed')).toEqual([])
  })

  it('finds only what was accepted since a time, page by page', async () => {
    const api = openApi()
    const first = await api.send(anEmail)
    // Ids never go back: those of other tests in this process may be of a later time.
    await api.clock.advance(createdAtOf(first) - api.clock.now() + 3_600_000)
    const since = new Date(api.clock.now()).toISOString()
    const ids = [
      await api.send(anEmail),
      await api.send(anEmail),
      await api.send(anEmail),
    ].reverse()
    const read = (query: string) => api.read(`/v1/emails?since=${since}&${query}`)
    const all = await read('status=queued')
    expect([all.data.map(({ id }) => id), all.has_more]).toEqual([ids, false])
    const newest = await read('limit=2')
    expect([newest.data.map(({ id }) => id), newest.has_more]).toEqual([ids.slice(0, 2), true])
    const second = await read(`limit=2&after=${ids[1]}`)
    expect([second.data.map(({ id }) => id), second.has_more]).toEqual([ids.slice(2), false])
  })

  it.each([
    ...['status=lost', 'status=__proto__', 'q=Bob', 'limit=0', 'limit=101', 'after=x'],
    ...['since=yesterday', 'since=2026-01-01', `since=2026-01-01T00:00:00Z&before=${unknownId}`],
  ])('refuses %s', async (query) => {
    const [status, { error }] = await said(openApi().fetch(`/v1/emails?${query}`))
    expect([status, error]).toEqual([
      422,
      {
        code: 'invalid_parameter',
        message: holding(query.split('=')[0]!),
        errors: [{ path: query.split('=')[0], rule: text }],
      },
    ])
  })

  it('answers 404 to an unknown id', async () => {
    expect(await said(openApi().fetch(`/v1/emails/${unknownId}`))).toEqual([
      404,
      { error: { code: 'not_found', message: 'Email not found' } },
    ])
  })
})

describe('what a person may do with an email', () => {
  it('retry: a held one goes back to the queue', async () => {
    const api = openApi()
    const id = await tried(api, { state: 'held' })
    const [status, email] = await said(api.post(`/v1/emails/${id}/retry`))
    expect([status, email]).toEqual([200, expect.objectContaining({ id, state: 'queued' })])
    expect(email['recipients']).toMatchObject([{ state: 'queued' }])
  })

  it('cancel: a waiting one never leaves', async () => {
    const api = openApi()
    const [status, email] = await said(api.post(`/v1/emails/${await api.send()}/cancel`))
    expect([status, email['state']]).toEqual([200, 'canceled'])
  })

  it.each([
    ['retry', 'captured'],
    ['cancel', 'captured'],
    ['cancel', 'failed'],
  ] as const)('%s: not once it is %s', async (wish, state) => {
    const api = openApi()
    const [status, { error }] = await said(
      api.post(`/v1/emails/${await tried(api, { state })}/${wish}`),
    )
    expect([status, error]).toEqual([409, { code: 'conflict', message: holding(state) }])
  })

  it.each(['retry', 'cancel'])('%s: not when there is none', async (wish) => {
    expect((await openApi().post(`/v1/emails/${unknownId}/${wish}`)).status).toBe(404)
  })
})
