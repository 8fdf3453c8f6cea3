import { describe, expect, it } from 'vitest'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { openApi, said, type OpenApi } from '../open-api.ts'

async function open() {
  const projects = { shop: {} }
  const api = openApi({ defaults: { from: { address: 'no-reply@acme.test' }, projects } })
  const { reputation, clock } = api.postern
  const at = clock.now()
  await reputation.add([
    { project: 'default', domain: 'big.test', at, sent: 9_000, bounced: 9 },
    { project: 'default', domain: 'news.test', at, sent: 1_000, bounced: 50, complained: 1 },
    { project: 'shop', domain: 'shop.test', at, sent: 1_000, bounced: 25 },
  ])
  await api.postern.guardian.look()
  return {
    api,
    at: new Date(at).toISOString(),
    ann: await keyOf(api, '*'),
    shop: await keyOf(api, 'shop'),
  }
}

async function keyOf({ postern, clock }: OpenApi, project: string) {
  const full = { permission: 'full_access', capture: false } as const
  const { key, token } = makeApiKey({ name: 'Ann', project, ...full }, clock.now())
  await postern.keys.create(key)
  return { authorization: `Bearer ${token}` }
}

const get = async (api: OpenApi, path: string, headers: Record<string, string>) =>
  (await said(api.fetch(path, { headers })))[1]

describe('senders', () => {
  it('are listed with their numbers, those in trouble first, by project', async () => {
    const { api, ann, shop, at } = await open()
    expect(await get(api, '/v1/senders', ann)).toMatchObject({
      data: [
        {
          domain: 'news.test',
          level: 'held',
          since: at,
          reason: '5 % of 1000 bounced',
          bounceRate: 0.05,
          complaintRate: 0.001,
        },
        { domain: 'shop.test', level: 'warned', sent: 1_000, bounced: 25 },
        { domain: 'big.test', level: 'well', since: null, reason: '' },
      ],
    })
    const own = (await get(api, '/v1/senders', shop)).data as unknown as { domain: string }[]
    expect(own.map(({ domain }) => domain)).toEqual(['shop.test'])
  })

  it('stand in the health, the queue and what the doctor finds while they are in trouble', async () => {
    const { api, ann } = await open()
    const senders = [{ domain: 'news.test' }, { domain: 'shop.test' }]
    expect(await get(api, '/v1/health', ann)).toMatchObject({ status: 'degraded', senders })
    expect(await get(api, '/v1/queue', ann)).toMatchObject({ senders })
    const { findings } = (await get(api, '/v1/doctor', ann)) as unknown as {
      findings: { code: string }[]
    }
    const codes = findings.map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining(['sender.held', 'sender.warned']))
  })

  it('are resumed by who may see them, once, with who did it', async () => {
    const { api, ann, shop } = await open()
    const resume = (wish: object, headers: Record<string, string>) =>
      said(api.post('/v1/senders/resume', wish, headers))
    const news = { domain: 'news.test', project: 'default' }
    expect((await resume(news, shop))[0]).toBe(409)
    expect((await resume({ domain: 'shop.test' }, shop))[0]).toBe(409)
    expect(await resume({ domain: 'news.test' }, ann)).toEqual([200, { ...news, resumed: true }])
    expect((await resume(news, ann))[0]).toBe(409)
    expect((await resume({ project: 'default' }, ann))[0]).toBe(422)
    const [watch] = await api.postern.reputation.watches('default')
    expect(watch).toMatchObject({ level: 'well', reason: 'resumed by Ann' })
    expect(await get(api, '/v1/health', ann)).toMatchObject({ senders: [{ domain: 'shop.test' }] })
  })
})
