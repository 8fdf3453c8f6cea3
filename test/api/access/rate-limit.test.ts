import { describe, expect, it } from 'vitest'
import { anEmail, holding, openApi, said, type OpenApi } from '../open-api.ts'

async function limited(requestsPerSecond: number) {
  const api = openApi({ defaults: { limits: { requestsPerSecond } } })
  const make = async (headers?: Record<string, string>) => {
    const [, { token }] = await said(api.post('/api-keys', { name: 'k' }, headers))
    return { authorization: `Bearer ${token as string}` }
  }
  const one = await make()
  const other = await make(one)
  await api.clock.advance(1_000)
  return { api, one, other }
}

const list = (api: OpenApi, headers: Record<string, string>, path = '/emails') =>
  api.fetch(path, { headers })

function numbers({ headers }: Response, prefix = 'ratelimit-') {
  return ['limit', 'remaining', 'reset'].map((name) => headers.get(`${prefix}${name}`))
}

describe('the rate of a key', () => {
  it('is told in every answer, errors included, in plain whole numbers', async () => {
    const { api, one } = await limited(3)
    const answer = await list(api, one)
    expect(numbers(answer)).toEqual(['3', '2', '1'])
    expect(answer.headers.get('ratelimit-policy')).toBe('3;w=1')
    expect(numbers(await list(api, one, '/emails/x'))).toEqual(['3', '1', '1'])
  })

  it('ends in 429 with the time to wait, and starts over when that has passed', async () => {
    const { api, one, other } = await limited(2)
    await list(api, one)
    await list(api, one)
    const answer = await list(api, one)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(numbers(answer)).toEqual(['2', '0', '1'])
    expect(await said(answer)).toEqual([
      429,
      { statusCode: 429, name: 'rate_limit_exceeded', message: holding('2 requests per second') },
    ])
    expect((await list(api, other)).status).toBe(200)
    await api.clock.advance(999)
    expect((await list(api, one)).status).toBe(429)
    await api.clock.advance(1)
    expect((await list(api, one)).status).toBe(200)
  })

  it('accepts nothing beyond it', async () => {
    const { api, one } = await limited(5)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post('/emails', anEmail, one)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15)
    expect((await api.postern.emails.list({ scope: '*', limit: 100 })).data).toHaveLength(5)
  })

  it("is spoken of in SendGrid's dialect below /v3, and in our own below /v1", async () => {
    const { api, one } = await limited(1)
    const sent = await api.post('/v3/mail/send', {}, one)
    expect(numbers(sent, 'x-ratelimit-')).toEqual(['1', '0', String(api.clock.now() / 1_000 + 1)])
    const refused = await api.post('/v3/mail/send', {}, one)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await said(refused)).toMatchObject([429, { errors: [{ field: null }] }])
    expect(await said(list(api, one, '/v1/queue'))).toMatchObject([
      429,
      { error: { code: 'rate_limit_exceeded' } },
    ])
  })

  it('is changed while running', async () => {
    const { api, one } = await limited(1)
    const { version } = await api.postern.settings.read()
    await api.postern.settings.write({ limits: { requestsPerSecond: 9 } }, {}, version)
    await api.clock.advance(10_000)
    expect(numbers(await list(api, one))).toEqual(['9', '8', '1'])
  })

  it('is not counted where no key is needed', async () => {
    const api = openApi({ defaults: { limits: { requestsPerSecond: 1 } } })
    for (let request = 0; request < 3; request++) expect((await list(api, {})).status).toBe(200)
  })
})

it('the number of keys is bounded', async () => {
  const api = openApi()
  const full = { permission: 'full_access', project: '*', capture: false } as const
  const key = { name: 'k', ...full, createdAt: 0 }
  const [, { token }] = await said(api.post('/api-keys', { name: 'k' }))
  const numbers = Array.from({ length: 999 }, (_, n) => `${n}`)
  await Promise.all(numbers.map((n) => api.postern.keys.create({ ...key, id: n, hash: n })))
  const headers = { authorization: `Bearer ${token as string}` }
  const answer = api.post('/api-keys', { name: 'k' }, headers)
  expect(await said(answer)).toMatchObject([
    422,
    { message: holding('There are already 1000 API keys') },
  ])
})
