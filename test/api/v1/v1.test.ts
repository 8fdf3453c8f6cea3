import { describe, expect, it, onTestFinished } from 'vitest'
import type { EmailChange } from '../../../mail/email/email.ts'
import { newId } from '../../../mail/email/id.ts'
import { startSmtpServer } from '../../remote/smtp-server.ts'
import { anEmail, capture, holding, openApi, said, text, type OpenApi } from '../open-api.ts'

const nobody = '01890000-0000-7000-8000-000000000000'

/** An email that has been tried and came to this. */
async function tried({ postern, clock, send }: OpenApi, change: EmailChange): Promise<string> {
  const id = await send()
  const claim = await postern.emails.claim(id, clock.now(), 60)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  const address = 'b@example.com'
  const state = change.state === 'held' ? 'held' : 'failed'
  await postern.emails.settle(id, claim.claim, {
    recipients: [{ address, state, reason: '550 no' }],
    ...change,
  })
  return id
}

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
      state: 'queued',
      created_at: '2026-01-01T00:00:00.000Z',
      owner: 'local',
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

  it.each(['status=lost', 'status=__proto__', 'q=Bob', 'limit=0', 'limit=101', 'after=x'])(
    'refuses %s',
    async (query) => {
      const [status, { error }] = await said(openApi().fetch(`/v1/emails?${query}`))
      expect([status, error]).toEqual([
        422,
        {
          code: 'invalid_parameter',
          message: holding(query.split('=')[0]!),
          errors: [{ path: query.split('=')[0], rule: text }],
        },
      ])
    },
  )

  it('answers 404 to an unknown id', async () => {
    expect(await said(openApi().fetch(`/v1/emails/${nobody}`))).toEqual([
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
    expect((await openApi().post(`/v1/emails/${nobody}/${wish}`)).status).toBe(404)
  })
})

describe('POST /v1/emails/{id}/release', () => {
  const eml = 'From: a@acme.test\r\nTo: b@example.com\r\nSubject: Hi\r\n\r\nHello\r\n'

  it('makes a new email to the one recipient who was chosen', async () => {
    const api = openApi()
    const id = newId(api.clock.now())
    await capture(api, eml, { id })
    const wish = { to: 'Me <me@example.com>', engine: 'smtp' }
    const [status, released] = await said(api.post(`/v1/emails/${id}/release`, wish))
    expect(status).toBe(200)
    expect(await api.read(`/v1/emails/${released.id}`)).toMatchObject({
      state: 'queued',
      capture: false,
      engine: 'smtp',
      recipients: [{ address: 'me@example.com' }],
    })
  })

  it('is refused under a lock on noop, whatever engine is asked for', async () => {
    const api = openApi({ locks: { engine: 'noop' } })
    const id = newId(api.clock.now())
    await capture(api, eml, { id })
    const wish = { to: 'me@example.com', engine: 'smtp' }
    const [status, { error }] = await said(api.post(`/v1/emails/${id}/release`, wish))
    expect([status, error]).toEqual([409, { code: 'conflict', message: holding('locked') }])
  })

  it.each([
    [{}, 422, 'to'],
    [{ to: 'nobody' }, 422, 'to'],
    [{ to: 'a@b.cc, d@e.ff', engine: 'smtp' }, 422, 'to'],
    [{ to: 'me@example.com', engine: 'pigeon' }, 422, 'engine'],
    [{ to: 'me@example.com', engine: 'smtp' }, 404, undefined],
    [{ to: 'me@example.com' }, 409, undefined],
  ])('answers %j with %i', async (wish, expected, path) => {
    const [status, { error }] = await said(openApi().post(`/v1/emails/${nobody}/release`, wish))
    expect(status).toBe(expected)
    expect(error.errors).toEqual(path && [{ path, rule: text }])
  })
})

describe('GET /v1/queue and /v1/dead-letters', () => {
  it('count what waits', async () => {
    const api = openApi()
    await api.send()
    await api.clock.advance(3_000)
    expect(await api.read('/v1/queue')).toEqual({
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
    const { capture, since } = (await api.postern.emails.get(id))!
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
    expect((await api.postern.queue.depth(api.clock.now())).depth).toBeGreaterThan(0)
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
    const ids = [chosen, nobody, chosen]
    expect(await said(api.post('/v1/dead-letters/redrive', { ids }))).toEqual([
      200,
      {
        data: [
          { id: chosen, redriven: true, email_id: id, reason: null },
          { id: nobody, redriven: false, email_id: null, reason: 'there is no such dead letter' },
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

describe('POST /v1/test-email', () => {
  it('refuses when there is no recipient', async () => {
    const api = openApi({ defaults: {} })
    const [status, { error }] = await said(api.post('/v1/test-email'))
    expect([status, error.errors]).toEqual([422, [{ path: 'to', rule: text }]])
  })

  it('says what became of it', async () => {
    const api = openApi()
    const answer = said(api.post('/v1/test-email', { to: 'me@example.com' }))
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    const { id } = (await api.read('/v1/emails')).data[0]!
    await api.post(`/v1/emails/${id}/cancel`)
    await api.clock.advance(25_000)
    expect(await answer).toEqual([
      200,
      expect.objectContaining({ id, state: 'canceled', to: ['me@example.com'], reason: null }),
    ])
  })

  it('with settings really sends with those, in the words of the server, and saves nothing', async () => {
    const api = openApi()
    const remote = await startSmtpServer({
      rcpt: ({ line }) => (/no@/.test(line) ? '550 5.1.1 nobody' : undefined),
    })
    onTestFinished(() => remote.close())
    const smtp = { host: '127.0.0.1', port: remote.port, security: 'none' }
    const settings = { engine: 'smtp', smtp, from: { address: 'a@acme.test' } }
    const send = (to: string) => said(api.post('/v1/test-email', { to, settings }))
    const [status, sent] = await send('yes@example.com')
    expect([status, sent]).toMatchObject([
      200,
      { state: 'sent', reason: holding('250 2.0.0'), last_engine: 'smtp' },
    ])
    expect(remote.emails).toHaveLength(1)
    expect(await send('no@example.com')).toMatchObject([
      200,
      { state: 'failed', reason: holding('550 5.1.1 nobody') },
    ])
    expect((await api.read('/v1/settings'))['saved']).toEqual({})
    expect((await api.read('/v1/emails')).data).toHaveLength(2)
  })

  it.each([
    [{ settings: { nosuch: 1 } }, ['nosuch']],
    [{ settings: { delivery: { giveUpAfterHours: 3 } } }, ['delivery.giveUpAfterHours']],
    [{ secrets: { nosuch: 'x' } }, ['secrets.nosuch']],
    [{ settings: 'x', to: 'nobody' }, ['settings', 'to']],
  ])('refuses %j and sends nothing', async (body, paths) => {
    const api = openApi({ locks: { delivery: { giveUpAfterHours: 2 } } })
    const [status, { error }] = await said(api.post('/v1/test-email', body))
    const errors = error.errors as { path: string }[]
    expect([status, errors.map(({ path }) => path).sort()]).toEqual([422, paths])
    expect((await api.read('/v1/emails')).data).toEqual([])
  })
})
