import { describe, expect, it } from 'vitest'
import { contentKey } from '../../../mail/content.ts'
import type { EmailChange } from '../../../mail/email/email.ts'
import { anEmail, holding, openApi, type OpenApi, said } from '../open-api.ts'

const nobody = '01890000-0000-7000-8000-000000000000'

/** As if a worker had tried it. */
async function settle({ postern, clock }: OpenApi, id: string, change: EmailChange) {
  const claim = await postern.emails.claim(id, clock.now(), 60)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  await postern.emails.settle(id, claim.claim, change)
}

describe('GET /emails/{id}', () => {
  it('shows every key, in the words of Resend', async () => {
    const api = openApi()
    const id = await api.send({
      ...anEmail,
      from: 'Acme <a@acme.test>',
      to: ['"Bee, B" <b@example.com>'],
      bcc: 'c@example.com',
      tags: [{ name: 'kind', value: 'test' }],
    })
    expect(await api.read(`/emails/${id}`)).toEqual({
      object: 'email',
      id,
      message_id: `<${id}@acme.test>`,
      from: 'Acme <a@acme.test>',
      to: ['"Bee, B" <b@example.com>'],
      cc: null,
      bcc: ['c@example.com'],
      reply_to: null,
      subject: 'Hi',
      created_at: '2026-01-01T00:00:00.000Z',
      scheduled_at: null,
      last_event: 'queued',
      html: null,
      text: 'Hello',
      tags: [{ name: 'kind', value: 'test' }],
      topic_id: null,
    })
  })

  it('shows html and text while the content is still there', async () => {
    const api = openApi()
    const scheduled_at = '2026-01-02T00:00:00Z'
    const id = await api.send({ ...anEmail, html: '<p>Hello</p>', scheduled_at })
    expect(await api.read(`/emails/${id}`)).toMatchObject({
      html: '<p>Hello</p>',
      text: 'Hello',
      scheduled_at: '2026-01-02T00:00:00.000Z',
      last_event: 'scheduled',
    })
    await api.postern.blobs.remove(contentKey(id))
    expect(await api.read(`/emails/${id}`)).toMatchObject({ html: null, text: null })
  })

  it('shows the default sender where the caller named none', async () => {
    const api = openApi()
    const id = await api.send({ ...anEmail, from: 'Just a name <>' })
    expect((await api.read(`/emails/${id}`)).from).toBe('Just a name <no-reply@acme.test>')
  })

  it.each([
    ['held', 'queued'],
    ['failed', 'failed'],
    ['captured', 'sent'],
    ['discarded', 'sent'],
    ['sent', 'sent'],
  ] as const)('says of a %s email: %s', async (state, event) => {
    const api = openApi()
    const id = await api.send()
    await settle(api, id, { state })
    expect((await api.read(`/emails/${id}`)).last_event).toBe(event)
  })

  it.each([
    ['an unknown id', nobody, 404, 'not_found', 'Email not found'],
    ['what is no id', 'mail', 422, 'validation_error', 'UUID'],
    ['a name of every object', '__proto__', 422, 'validation_error', 'UUID'],
  ])('answers %s with an error', async (_, id, statusCode, name, words) => {
    expect(await said(openApi().fetch(`/emails/${id}`))).toEqual([
      statusCode,
      { statusCode, name, message: holding(words) },
    ])
  })

  it('reads an id in capital letters', async () => {
    const api = openApi()
    const id = await api.send()
    expect((await api.read(`/emails/${id.toUpperCase()}`)).id).toBe(id)
  })
})

describe('GET /emails', () => {
  it('goes through all emails, newest first, page by page and back', async () => {
    const api = openApi()
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift(await api.send({ ...anEmail, subject: `${i}` }))
    const first = await api.read('/emails?limit=2')
    expect(first).toMatchObject({ object: 'list', has_more: true })
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    for (const key of ['html', 'text', 'tags', 'object'])
      expect(first.data[0]).not.toHaveProperty(key)
    const rest = await api.read(`/emails?after=${ids[1]}`)
    expect(rest.has_more).toBe(false)
    expect(rest.data.map(({ id }) => id)).toEqual(ids.slice(2))
    const back = await api.read(`/emails?before=${ids[2]}&limit=1`)
    expect(back.data.map(({ id }) => id)).toEqual([ids[1]])
  })

  it.each(['limit=0', 'limit=101', 'limit=ten', 'after=x', `after=${nobody}&before=${nobody}`])(
    'refuses %s',
    async (query) => {
      const [status, { name }] = await said(openApi().fetch(`/emails?${query}`))
      expect([status, name]).toEqual([422, 'validation_error'])
    },
  )
})

describe('PATCH /emails/{id}', () => {
  const change = (api: OpenApi, id: string, body: object) =>
    said(api.fetch(`/emails/${id}`, { method: 'PATCH', body: JSON.stringify(body) }))

  it('reschedules an email that waits for its time', async () => {
    const api = openApi()
    const id = await api.send({ ...anEmail, scheduled_at: '2026-01-02T00:00:00Z' })
    expect(await change(api, id, { scheduled_at: '2026-01-03T01:00:00+01:00' })).toEqual([
      200,
      { object: 'email', id },
    ])
    expect((await api.read(`/emails/${id}`)).scheduled_at).toBe('2026-01-03T00:00:00.000Z')
  })

  it.each([
    ['no time', {}, 'missing_required_field', 'Missing `scheduled_at` field.'],
    ['a time gone by', { scheduled_at: '2001-01-01T00:00:00Z' }, 'validation_error', 'has passed'],
    ['no time at all', { scheduled_at: 'soon' }, 'validation_error', '`scheduled_at` field'],
  ])('refuses %s', async (_, body, name, words) => {
    const api = openApi()
    const id = await api.send({ ...anEmail, scheduled_at: '2026-01-02T00:00:00Z' })
    expect(await change(api, id, body)).toEqual([
      422,
      { statusCode: 422, name, message: holding(words) },
    ])
  })

  it('refuses to reschedule what is no longer scheduled, and what is not there', async () => {
    const api = openApi()
    const later = { scheduled_at: '2026-01-03T00:00:00Z' }
    const id = await api.send()
    expect((await change(api, id, later))[1]).toMatchObject({
      statusCode: 422,
      name: 'validation_error',
    })
    expect((await change(api, nobody, later))[1]).toMatchObject({
      statusCode: 404,
      name: 'not_found',
    })
  })
})

describe('POST /emails/{id}/cancel', () => {
  it.each([undefined, {}])('cancels a scheduled email, with body %o', async (body) => {
    const api = openApi()
    const id = await api.send({ ...anEmail, scheduled_at: '2026-01-02T00:00:00Z' })
    expect(await said(api.post(`/emails/${id}/cancel`, body))).toEqual([
      200,
      { object: 'email', id },
    ])
    expect((await api.read(`/emails/${id}`)).last_event).toBe('canceled')
  })

  it('refuses an email that is not scheduled, and says what it is', async () => {
    const api = openApi()
    const [status, body] = await said(api.post(`/emails/${await api.send()}/cancel`))
    expect([status, body]).toEqual([
      422,
      { statusCode: 422, name: 'validation_error', message: holding('queued') },
    ])
  })
})
