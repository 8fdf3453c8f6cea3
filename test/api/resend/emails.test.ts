import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { anEmail, holding, openApi, said } from '../open-api.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

describe('POST /emails', () => {
  it('answers 200 with an id and nothing else, once the record and the job are kept', async () => {
    const api = openApi()
    const [status, body] = await said(api.post('/emails', anEmail))
    expect([status, body]).toEqual([200, { id: expect.stringMatching(uuid) as unknown }])
    const email = await api.postern.emails.get(body.id, '*')
    expect(email).toMatchObject({ state: 'queued', capture: true, owner: 'local', subject: 'Hi' })
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(1)
  })

  it.each([
    ['a base URL that ends in a slash', '//emails', {}],
    ['a slash at the end', '/emails/', {}],
    ['a wrong content type', '/emails', { 'content-type': 'text/plain' }],
    ['an SDK that names itself', '/emails', { 'user-agent': 'resend-python:2.39.0' }],
  ])('takes %s', async (_, path, headers) => {
    const [status] = await said(openApi().post(path, anEmail, headers))
    expect(status).toBe(200)
  })

  it('takes null for absent and ignores what it does not know', async () => {
    const email = { ...anEmail, cc: null, topic_id: null, tags: null, email_id: 7, x: { y: [] } }
    const [status] = await said(openApi().post('/emails', email))
    expect(status).toBe(200)
  })

  it.each([
    ['no recipient', { to: undefined }, 422, 'missing_required_field', 'Missing `to` field.'],
    ['no subject', { subject: undefined }, 422, 'missing_required_field', '`subject`'],
    ['neither html nor text', { text: undefined }, 422, 'missing_required_field', 'html or text'],
    ['a bad sender', { from: 'nobody' }, 422, 'validation_error', '`from` field: the address'],
    ['a bad recipient', { to: ['b@example.com', 'x@@y'] }, 422, 'validation_error', '`to.1` field'],
    [
      'an empty attachment',
      { attachments: [{ filename: 'a' }] },
      422,
      'invalid_attachment',
      'path',
    ],
    ['a header of its own', { headers: { Bcc: 'x@y.zz' } }, 422, 'validation_error', 'headers.Bcc'],
    ['a bad tag', { tags: [{ name: 'a b', value: 'c' }] }, 422, 'validation_error', 'tags.0.name'],
    ['a time gone by', { scheduled_at: '2001-01-01' }, 422, 'validation_error', 'scheduled_at'],
    [
      '10,000 recipients',
      { to: Array(10_000).fill('b@c.dd') },
      422,
      'validation_error',
      'at most 50',
    ],
    ['1 MB of commas', { to: ','.repeat(1_000_000) }, 422, 'validation_error', 'characters'],
    ['an unpaired surrogate', { text: '\ud800' }, 422, 'validation_error', 'surrogate'],
    [
      'over 40 MB of content',
      { attachments: [{ filename: 'a', content: 'A'.repeat(40_000_004) }] },
      413,
      'validation_error',
      '40 MB',
    ],
  ])('refuses %s', async (_, part, status, name, words) => {
    const api = openApi()
    expect(await said(api.post('/emails', { ...anEmail, ...part }))).toEqual([
      status,
      { statusCode: status, name, message: holding(words) },
    ])
    expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
    expect(api.logged).toEqual([])
  })

  it('names every fault in one message', async () => {
    const email = { from: 'nobody', to: ['x@@y', 'b@example.com'], text: 'a', tags: [{ name: '' }] }
    const [status, { name, message }] = await said(openApi().post('/emails', email))
    expect([status, name]).toEqual([422, 'missing_required_field'])
    for (const field of ['`from`', '`to.0`', '`subject`', '`tags.0.name`', '`tags.0.value`'])
      expect(message).toContain(field)
  })

  it('refuses an email without a sender when there is no default one', async () => {
    const { from: _from, ...email } = anEmail
    const [status, { name }] = await said(openApi({ defaults: {} }).post('/emails', email))
    expect([status, name]).toEqual([422, 'missing_required_field'])
    expect((await said(openApi().post('/emails', email)))[0]).toBe(200)
  })

  it('answers 503 while mail is switched off', async () => {
    const api = openApi({ defaults: { engine: 'disabled' } })
    expect(await said(api.post('/emails', anEmail))).toEqual([
      503,
      {
        statusCode: 503,
        name: 'application_error',
        message: holding('mail is off'),
      },
    ])
  })

  it('never fails on its own side, whatever JSON it is given', async () => {
    const api = openApi()
    const field = fc.oneof(fc.constantFrom(...Object.keys(anEmail)), fc.constant('attachments'))
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), field, fc.jsonValue(), async (whole, key, value) => {
        const answers = [
          api.post('/emails', whole),
          api.post('/emails', { ...anEmail, [key]: value }),
        ]
        for (const { status } of await Promise.all(answers))
          expect([200, 400, 413, 422]).toContain(status)
      }),
      { numRuns: 200 },
    )
    expect(api.logged).toEqual([])
  })
})

describe('Idempotency-Key', () => {
  it('answers a replay with the first id, in whatever order its keys are', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'k'.repeat(256) }
    const first = await api.send(anEmail, key)
    const turned = Object.fromEntries(Object.entries({ ...anEmail, cc: null }).reverse())
    expect(await api.send(turned, key)).toBe(first)
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(1)
  })

  it('answers 409 to another email under the same key', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'k' }
    await api.send(anEmail, key)
    const [status, body] = await said(api.post('/emails', { ...anEmail, subject: 'Ho' }, key))
    expect([status, body.statusCode, body.name]).toEqual([409, 409, 'invalid_idempotent_request'])
  })

  it('answers 409 while the same request is being worked on', async () => {
    const api = openApi()
    const ask = () => api.post('/emails', anEmail, { 'idempotency-key': 'k' })
    const answers = await Promise.all([said(ask()), said(ask())])
    expect(answers.map(([status]) => status).sort()).toEqual([200, 409])
    expect(answers.find(([status]) => status === 409)![1].name).toBe(
      'concurrent_idempotent_requests',
    )
  })

  it.each([
    ['an empty one', ''],
    ['one of 257 characters', 'k'.repeat(257)],
  ])('refuses %s', async (_, key) => {
    const [status, { name }] = await said(
      openApi().post('/emails', anEmail, { 'idempotency-key': key }),
    )
    expect([status, name]).toEqual([400, 'invalid_idempotency_key'])
  })

  it('answers a replay also when its scheduled time has passed meanwhile', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'k' }
    const later = { ...anEmail, scheduled_at: new Date(api.clock.now() + 60_000).toISOString() }
    const first = await api.send(later, key)
    await api.clock.advance(120_000)
    expect(await api.send(later, key)).toBe(first)
    expect((await api.post('/emails', later, { 'idempotency-key': 'other' })).status).toBe(422)
  })

  it('goes on with what stayed unanswered, also when its scheduled time has passed', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'k' }
    const later = { ...anEmail, scheduled_at: new Date(api.clock.now() + 60_000).toISOString() }
    const { idempotency } = api.postern
    const finish = vi.spyOn(idempotency, 'finish').mockRejectedValueOnce(new Error('disk full'))
    expect((await api.post('/emails', later, key)).status).toBe(500)
    expect(finish).toHaveBeenCalledOnce()
    await api.clock.advance(120_000)
    const id = await api.send(later, key)
    const { data } = await api.postern.emails.list({ scope: '*', limit: 10 })
    expect(data.map((email) => email.id)).toEqual([id])
  })

  it('is not taken by a request that was refused', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'k' }
    expect((await api.post('/emails', { ...anEmail, to: '' }, key)).status).toBe(422)
    expect((await api.post('/emails', anEmail, key)).status).toBe(200)
  })
})
