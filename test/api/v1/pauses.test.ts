import { describe, expect, it } from 'vitest'
import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import { anEmail, openApi, said, type OpenApi } from '../open-api.ts'

async function open() {
  const api = openApi({
    defaults: { from: { address: 'no-reply@acme.test' }, projects: { shop: {} } },
  })
  return { api, ann: await keyOf(api, 'Ann', '*'), shop: await keyOf(api, 'Shop', 'shop') }
}

async function keyOf({ postern, clock }: OpenApi, name: string, project: string) {
  const full = { permission: 'full_access', capture: false } as const
  const { key, token } = makeApiKey({ name, project, ...full }, clock.now())
  await postern.keys.create(key)
  return { authorization: `Bearer ${token}` }
}

const pause = (api: OpenApi, wish: object, headers: Record<string, string>) =>
  said(api.post('/v1/queue/pause', wish, headers))

const get = async (api: OpenApi, path: string, headers: Record<string, string>) =>
  (await said(api.fetch(path, { headers })))[1]

describe('a paused stream', () => {
  it('is shown in the queue, the health and its emails, with who, when and why', async () => {
    const { api, ann } = await open()
    const wish = { stream: 'bulk', reason: 'the wrong list' }
    const at = new Date(api.clock.now()).toISOString()
    const paused = [{ ...wish, domain: null, by: 'Ann', at }]
    expect(await pause(api, wish, ann)).toEqual([200, { paused }])
    const id = await api.send({ ...anEmail, stream: 'bulk' }, ann)
    expect(await get(api, '/v1/health', ann)).toMatchObject({ status: 'degraded', paused })
    expect(await get(api, '/v1/queue', ann)).toMatchObject({
      depth: 1,
      paused,
      isWhole: true,
      newest: null,
      streams: [
        { stream: 'transactional', share: 0.8, shareInUse: null, waiting: 0, isPaused: false },
        { stream: 'bulk', share: 0.2, waiting: 1, isPaused: true },
      ],
      lanes: [{ stream: 'bulk', domain: 'capture', waiting: 1, isPaused: true }],
    })
    const waits_for = `the bulk stream is paused at ${at}: the wrong list`
    expect(await get(api, `/v1/emails/${id}`, ann)).toMatchObject({ state: 'queued', waits_for })
    expect((await get(api, '/v1/emails', ann)).data).toMatchObject([{ waits_for }])

    const resumed = await said(api.post('/v1/queue/resume', { stream: 'bulk' }, ann))
    expect(resumed).toEqual([200, { paused: [] }])
    expect(await get(api, `/v1/emails/${id}`, ann)).toMatchObject({ waits_for: null })
    expect(await get(api, '/v1/health', ann)).toMatchObject({ paused: [] })
  })

  it('is paused and resumed by a key of all projects alone; one of a project sees not by whom', async () => {
    const { api, ann, shop } = await open()
    const wish = { stream: 'bulk' }
    expect((await pause(api, wish, shop))[0]).toBe(403)
    expect((await pause(api, wish, ann))[0]).toBe(200)
    expect((await said(api.post('/v1/queue/resume', wish, shop)))[0]).toBe(403)
    expect((await get(api, '/v1/queue', shop))['paused']).toMatchObject([{ ...wish, by: null }])
    expect((await get(api, '/v1/health', shop))['paused']).toMatchObject([{ ...wish, by: null }])
  })

  it('is paused once, and resumed only where it is', async () => {
    const { api, ann } = await open()
    const wish = { stream: 'transactional', domain: 'There.test' }
    expect((await pause(api, wish, ann))[1]['paused']).toMatchObject([{ domain: 'there.test' }])
    expect((await pause(api, wish, ann))[0]).toBe(409)
    expect((await said(api.post('/v1/queue/resume', { stream: 'bulk' }, ann)))[0]).toBe(409)
    expect((await said(api.post('/v1/queue/resume', wish, ann)))[0]).toBe(200)
    expect((await said(api.post('/v1/queue/resume', wish, ann)))[0]).toBe(409)
  })
})

it.each([
  [{}, 'stream'],
  [{ stream: 'fast' }, 'stream'],
  [{ stream: 'transactional' }, 'domain'],
  [{ stream: 'bulk', domain: 'a b' }, 'domain'],
  [{ stream: 'bulk', domain: 7 }, 'domain'],
  [{ stream: 'bulk', reason: 'x'.repeat(201) }, 'reason'],
  [{ stream: 'bulk', lane: 'there.test' }, ''],
])('%o is refused with the field and the rule, and nothing is saved', async (wish, path) => {
  const { api, ann } = await open()
  const { version } = await api.postern.settings.read()
  const [status, { error }] = await pause(api, wish, ann)
  const errors = error.errors as { path: string; rule: string }[]
  expect([status, errors[0]!.path]).toEqual([422, path])
  expect(errors[0]!.rule).not.toBe('')
  expect((await api.postern.settings.read()).version).toBe(version)
})

it('a lock on what is paused has the last word, and says so', async () => {
  const locks = { streams: { paused: [{ stream: 'bulk' }] } }
  const api = openApi({ locks })
  const ann = await keyOf(api, 'Ann', '*')
  const [status, { error }] = await said(api.post('/v1/queue/resume', { stream: 'bulk' }, ann))
  expect([status, error.message]).toEqual([422, expect.stringContaining('streams.paused: locked')])
})
