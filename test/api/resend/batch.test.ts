import { describe, expect, it } from 'vitest'
import { anEmail, holding, openApi, said, text, type Json, type OpenApi } from '../open-api.ts'

const bad = { ...anEmail, to: undefined }
const permissive = { 'x-batch-validation': 'permissive' }

async function batch(api: OpenApi, emails: unknown, headers?: Record<string, string>) {
  return said(api.post('/emails/batch', emails, headers))
}

const idsOf = ({ data }: Json) => data.map(({ id }) => id)

async function accepted({ postern }: OpenApi): Promise<string[]> {
  const { data } = await postern.emails.list({ scope: '*', limit: 100 })
  return data.map(({ subject }) => subject).reverse()
}

describe('POST /emails/batch', () => {
  it('answers with an id for each email, in order, and nothing else', async () => {
    const api = openApi()
    const emails = ['one', 'two', 'three'].map((subject) => ({ ...anEmail, subject }))
    const [status, body] = await batch(api, emails)
    expect([status, body]).toEqual([200, { data: [{ id: text }, { id: text }, { id: text }] }])
    expect(await accepted(api)).toEqual(['one', 'two', 'three'])
    for (const [index, id] of idsOf(body).entries())
      expect(await api.read(`/emails/${id}`)).toMatchObject({ subject: emails[index]!.subject })
  })

  it('takes attachments and times too, which Resend leaves out', async () => {
    const api = openApi()
    const file = { filename: 'a.txt', content: 'aGVsbG8=' }
    const [, body] = await batch(api, [
      { ...anEmail, attachments: [file] },
      { ...anEmail, scheduled_at: '2026-01-02T00:00:00Z' },
      { ...anEmail, scheduled_at: 'in 1 hour' },
    ])
    const [first, second, third] = idsOf(body)
    const { data } = await api.read(`/emails/${first}/attachments`)
    expect(data).toMatchObject([{ filename: 'a.txt', size: 5 }])
    expect(await api.read(`/emails/${second}`)).toMatchObject({ last_event: 'scheduled' })
    expect(await api.read(`/emails/${third}`)).toMatchObject({
      scheduled_at: '2026-01-01T01:00:00.000Z',
    })
  })

  it.each([
    ['strict', { 'x-batch-validation': 'strict' }],
    ['silent about it', {}],
  ])('that is %s accepts nothing when one is wrong, and says which', async (_, headers) => {
    const api = openApi()
    expect(await batch(api, [anEmail, bad, anEmail, { ...anEmail, from: 'x' }], headers)).toEqual([
      422,
      {
        statusCode: 422,
        name: 'missing_required_field',
        message: expect.stringMatching(
          /^Email 1: Missing `to` field\. Email 3: .*`from`/,
        ) as string,
      },
    ])
    expect(await accepted(api)).toEqual([])
  })

  it('that is permissive accepts the good ones and says what is wrong with the others', async () => {
    const api = openApi()
    const emails = [bad, { ...anEmail, subject: 'good' }, 'nonsense']
    expect(await batch(api, emails, permissive)).toEqual([
      200,
      {
        data: [{ id: text }],
        errors: [
          { index: 0, message: 'Missing `to` field.' },
          { index: 2, message: holding('the body must be a JSON object') },
        ],
      },
    ])
    expect(await accepted(api)).toEqual(['good'])
    expect(await batch(api, [anEmail], permissive)).toEqual([
      200,
      { data: [{ id: text }], errors: [] },
    ])
  })

  it('takes 100 emails, not 101 and not none', async () => {
    const api = openApi()
    const [, body] = await batch(api, Array(100).fill(anEmail))
    expect(new Set(idsOf(body)).size).toBe(100)
    for (const emails of [[], Array(101).fill(anEmail)])
      expect((await batch(api, emails))[1].message).toContain(`there are ${emails.length}`)
  })

  it.each([
    ['an object', anEmail, 400],
    ['nothing', undefined, 422],
    ['a text', 'x', 400],
  ])('refuses %s for a list', async (_, body, status) => {
    expect((await batch(openApi(), body))[0]).toBe(status)
  })

  it('refuses a mode that is not known', async () => {
    const [status, { message }] = await batch(openApi(), [anEmail], { 'x-batch-validation': 'lax' })
    expect([status, message]).toEqual([422, holding('x-batch-validation')])
  })

  it('tells of the first ten that are wrong, and how many more there are', async () => {
    const [, { message }] = await batch(openApi(), Array(100).fill(bad))
    expect(message).toMatch(/Email 9: Missing `to` field\. And 90 more\.$/)
  })

  it('answers 403 when the key may not send from the domain of one of them', async () => {
    const api = openApi()
    const make = (body: object) => api.post('/api-keys', { name: 'k', ...body })
    const [, { token }] = await said(make({}))
    const headers = { authorization: `Bearer ${token as string}` }
    const key = { name: 'acme', permission: 'sending_access', domain: 'acme.test' }
    const [, { token: acme }] = await said(api.post('/api-keys', key, headers))
    const as = { authorization: `Bearer ${acme as string}` }
    const foreign = { ...anEmail, from: 'a@else.test' }
    const [status, { name, message }] = await batch(api, [anEmail, foreign], as)
    expect([status, name, message]).toEqual([
      403,
      'validation_error',
      holding('Email 1: Not allowed'),
    ])
    expect((await batch(api, [anEmail, anEmail], as))[0]).toBe(200)
  })
})

describe('the Idempotency-Key of a batch', () => {
  const key = { 'idempotency-key': 'k' }

  it('gives the first answer again, errors included', async () => {
    const api = openApi()
    const first = await batch(api, [anEmail, bad], { ...key, ...permissive })
    expect(await batch(api, [anEmail, bad], { ...key, ...permissive })).toEqual(first)
    expect(await accepted(api)).toHaveLength(1)
  })

  it.each<[string, unknown, Record<string, string>]>([
    ['another batch', [anEmail], {}],
    ['the same in the other mode', [anEmail, anEmail], permissive],
  ])('answers 409 to %s', async (_, emails, headers) => {
    const api = openApi()
    await batch(api, [anEmail, anEmail], key)
    const [status, { name }] = await batch(api, emails, { ...key, ...headers })
    expect([status, name]).toEqual([409, 'invalid_idempotent_request'])
  })

  it('is one with that of POST /emails', async () => {
    const api = openApi()
    await api.send(anEmail, key)
    expect((await batch(api, [anEmail], key))[0]).toBe(409)
  })
})
