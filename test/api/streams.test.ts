import { describe, expect, it } from 'vitest'
import { deliver } from '../../mail/deliver/deliver.ts'
import { anEmail, openApi, said, type OpenApi } from './open-api.ts'
import { mail } from './sendgrid/a-mail.ts'

const streamOf = async ({ postern }: OpenApi, id: string) =>
  (await postern.emails.get(id, '*'))?.stream

const kept = async ({ postern }: OpenApi) =>
  (await postern.emails.list({ scope: '*', limit: 1 })).data

const rule = 'must be transactional or bulk'

describe('the stream of an email', () => {
  it('is the one that it names, else the one of its request, in Resend’s dialect', async () => {
    const api = openApi()
    const header = { 'x-postern-stream': 'BULK' }
    const ids = [
      await api.send(anEmail),
      await api.send({ ...anEmail, stream: 'bulk' }),
      await api.send(anEmail, header),
      await api.send({ ...anEmail, stream: 'transactional' }, header),
      await api.send({ ...anEmail, headers: { 'X-Postern-Stream': 'bulk' } }),
    ]
    const streams = await Promise.all(ids.map((id) => streamOf(api, id)))
    expect(streams).toEqual(['transactional', 'bulk', 'bulk', 'transactional', 'bulk'])
    const list = async (stream: string) =>
      (await api.read(`/v1/emails?stream=${stream}`)).data.map(({ id }) => id)
    expect(await list('bulk')).toEqual([ids[4], ids[2], ids[1]])
    expect(await list('transactional')).toEqual([ids[3], ids[0]])
    expect(await api.read(`/v1/emails/${ids[1]}`)).toMatchObject({ stream: 'bulk' })
  })

  it('is bulk in a batch of more than fifty', async () => {
    const api = openApi()
    for (const [size, stream] of [
      [50, 'transactional'],
      [51, 'bulk'],
    ] as const) {
      const [status, { data }] = await said(api.post('/emails/batch', Array(size).fill(anEmail)))
      expect(status).toBe(200)
      for (const { id } of data) expect(await streamOf(api, id)).toBe(stream)
    }
  })

  it('is bulk with more than fifty personalizations, or as SendGrid’s request says', async () => {
    const api = openApi()
    const to = (count: number) => ({
      ...mail,
      personalizations: Array.from({ length: count }, (_, n) => ({
        to: [{ email: `a${n}@there.test` }],
      })),
    })
    const header = { 'X-Postern-Stream': 'transactional' }
    const answers = [
      await api.post('/v3/mail/send', to(50)),
      await api.post('/v3/mail/send', to(51)),
      await api.post('/v3/mail/send', { ...to(1), headers: { 'X-Postern-Stream': 'bulk' } }),
      await api.post('/v3/mail/send', to(51), header),
      await api.post('/v3/mail/send', { ...to(51), headers: header }),
    ]
    const ids = answers.map((answer) => answer.headers.get('x-message-id')!)
    const streams = await Promise.all(ids.map((id) => streamOf(api, id)))
    const one = 'transactional'
    expect(streams).toEqual([one, 'bulk', 'bulk', one, one])
  })

  it('is that of the key, which a list of keys shows', async () => {
    const api = openApi()
    const [, first] = await said(api.post('/api-keys', { name: 'first' }))
    const owner = { authorization: `Bearer ${String(first['token'])}` }
    const [, key] = await said(api.post('/api-keys', { name: 'news', stream: 'bulk' }, owner))
    const { data } = (await said(api.fetch('/api-keys', { headers: owner })))[1]
    expect(data).toContainEqual(expect.objectContaining({ id: key.id, stream: 'bulk' }))
    const authorization = `Bearer ${String(key['token'])}`
    const sent = await api.send(anEmail, { authorization })
    expect(await streamOf(api, sent)).toBe('bulk')
    const other = await api.send(anEmail, { authorization, 'x-postern-stream': 'transactional' })
    expect(await streamOf(api, other)).toBe('transactional')
  })

  it.each([
    ['/emails', { ...anEmail, stream: 'news' }, {}, 422, 'The `stream` field'],
    ['/emails', anEmail, { 'x-postern-stream': 'news' }, 422, 'The `X-Postern-Stream` header'],
    ['/emails/batch', [anEmail, { ...anEmail, stream: 7 }], {}, 422, 'stream'],
    ['/v3/mail/send', mail, { 'x-postern-stream': 'news' }, 400, 'X-Postern-Stream'],
    [
      '/v3/mail/send',
      { ...mail, headers: { 'X-Postern-Stream': 'x' } },
      {},
      400,
      'headers.X-Postern-Stream',
    ],
    ['/api-keys', { name: 'a', stream: 'news' }, {}, 422, 'stream'],
  ])('is refused where it does not exist: %s', async (path, body, headers, status, words) => {
    const api = openApi()
    const [code, answer] = await said(api.post(path, body, headers))
    expect(code).toBe(status)
    expect(JSON.stringify(answer)).toContain(words)
    expect(JSON.stringify(answer)).toContain(rule)
    expect(await kept(api)).toEqual([])
    expect(await api.postern.keys.list('*')).toEqual([])
  })

  it('is refused as a filter where it does not exist', async () => {
    const [status, answer] = await said(openApi().fetch('/v1/emails?stream=fast'))
    expect([status, JSON.stringify(answer)]).toEqual([422, expect.stringContaining(rule)])
  })

  it('stays when the email is scheduled, given up and redriven', async () => {
    const from = { address: 'no-reply@acme.test' }
    const api = openApi({ defaults: { engine: 'smtp', smtp: { host: 'mx.test' }, from } })
    const { clock, postern } = api
    const scheduled_at = new Date(clock.now() + 60_000).toISOString()
    const id = await api.send({ ...anEmail, stream: 'bulk', scheduled_at })
    await clock.advance(60_000)
    const [job] = postern.queue.take(1, 1)
    expect(job!.lane).toBe('bulk:example.com')
    const { claim } = (await postern.emails.claim(id, clock.now(), 60)) as { claim: string }
    const timeline = [{ at: clock.now(), what: 'gaveUp' }] as const
    await postern.emails.settle(id, claim, { state: 'failed', timeline, settledAt: clock.now() })
    await postern.queue.bury(job!, 'out of time')
    const { data } = await api.read('/v1/dead-letters')
    const [status] = await said(api.post(`/v1/dead-letters/${data[0]!.id}/redrive`))
    expect(status).toBe(200)
    expect(postern.queue.take(9, 9).map(({ lane }) => lane)).toEqual(['bulk:example.com'])
  })

  it('stays when a capture is released', async () => {
    const api = openApi()
    const id = await api.send({ ...anEmail, stream: 'bulk' })
    for (const job of api.postern.queue.take(1, 1)) await deliver(api.postern, job)
    const wish = { to: 'me@example.com', engine: 'smtp' }
    const [, released] = await said(api.post(`/v1/emails/${id}/release`, wish))
    expect(await streamOf(api, released.id)).toBe('bulk')
  })
})
