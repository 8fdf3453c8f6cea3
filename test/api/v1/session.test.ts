import { describe, expect, it } from 'vitest'
import { makeApiKey, type KeyRequest } from '../../../mail/keys/api-keys.ts'
import { anEmail, openApi, said, text, type OpenApi } from '../open-api.ts'

/** The address that a browser would be at. */
const site = 'http://localhost'

async function createKey({ postern }: OpenApi, part: Partial<KeyRequest> = {}) {
  const full = { permission: 'full_access', project: '*', capture: false } as const
  const request = { name: 'test', ...full, ...part }
  const { key, token } = makeApiKey(request, postern.clock.now())
  await postern.keys.create(key)
  return { id: key.id, token }
}

function signIn(api: OpenApi, key: unknown, headers: Record<string, string> = {}) {
  return api.post('/v1/session', { key }, headers)
}

/** What the page of a browser brings after signing in: a cookie, and its own half. */
interface Halves extends Record<string, string> {
  cookie: string
  'x-postern-session': string
}

async function signedIn(api: OpenApi, key: string): Promise<Halves> {
  return halvesOf(await signIn(api, key))
}

async function halvesOf(answer: Response): Promise<Halves> {
  const [status, { session, ...rest }] = await said(answer)
  expect([status, rest]).toEqual([200, { signed_in: true, needed: true, project: '*' }])
  const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
  return { cookie, 'x-postern-session': session as string }
}

const statusOf = async (api: OpenApi, headers: Record<string, string>) =>
  (await api.fetch('/v1/queue', { headers })).status

describe('GET /v1/session', () => {
  it('tells strangers that signing in is not needed while there is no key', async () => {
    expect(await openApi().read('/v1/session')).toEqual({
      signed_in: false,
      needed: false,
      project: '*',
    })
  })

  it('tells strangers to sign in once there is one, and who has signed in that they have', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    expect(await api.read('/v1/session')).toEqual({ signed_in: false, needed: true, project: null })
    const headers = await signedIn(api, token)
    const answer = await said(api.fetch('/v1/session', { headers }))
    expect(answer).toEqual([200, { signed_in: true, needed: true, project: '*' }])
  })
})

it('says to a page which project its key may see', async () => {
  const api = openApi({ defaults: { projects: { shop: {} } } })
  const { token } = await createKey(api, { project: 'shop' })
  const [, { project }] = await said(signIn(api, token))
  expect(project).toBe('shop')
})

describe('POST /v1/session', () => {
  it('gives the browser a token that no script and no other site gets to see', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const [cookie, ...attributes] = (await signIn(api, token)).headers
      .get('set-cookie')!
      .split('; ')
    expect(cookie).toMatch(/^postern_session=[\w-]{43}$/)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Strict'])
  })

  it('keeps Posterns on two ports of a host apart, whose cookies a browser does not', async () => {
    const [api, other] = [openApi(), openApi()]
    const cookies: string[] = []
    const pages: string[] = []
    for (const [{ handle }, port, { token }] of [
      [api, 8025, await createKey(api)],
      [other, 8026, await createKey(other)],
    ] as const) {
      const url = `http://localhost:${port}/v1/session`
      const signingIn = { method: 'POST', body: JSON.stringify({ key: token }) }
      const halves = await halvesOf(await handle(new Request(url, signingIn)))
      cookies.push(halves.cookie)
      pages.push(halves['x-postern-session'])
    }
    for (const [{ handle }, port, page] of [
      [api, 8025, pages[0]!],
      [other, 8026, pages[1]!],
    ] as const) {
      const headers = { cookie: cookies.join('; '), 'x-postern-session': page }
      const answer = await handle(new Request(`http://localhost:${port}/v1/session`, { headers }))
      expect(await answer.json()).toEqual({ signed_in: true, needed: true, project: '*' })
    }
  })

  it('keeps the token to encrypted connections where the page came over one', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const behindProxy = await signIn(api, token, { 'x-forwarded-proto': 'https' })
    const direct = await api.handle(
      new Request('https://mail.acme.test/v1/session', {
        method: 'POST',
        body: JSON.stringify({ key: token }),
      }),
    )
    for (const { headers } of [behindProxy, direct])
      expect(headers.get('set-cookie')).toMatch(
        /^__Host-postern_session=(?=.*; Path=\/)(?=.*; Secure)/,
      )
  })

  it('gives every browser another token and keeps none of them', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const [one, other] = [await signedIn(api, token), await signedIn(api, token)]
    expect(one.cookie).not.toBe(other.cookie)
    const cookie = one.cookie.split('=')[1]!
    for (const asHash of [cookie, `${cookie}.${one['x-postern-session']}`])
      expect(await api.postern.sessions.findByHash(asHash, api.clock.now())).toBeUndefined()
  })

  it.each([
    ['re_wrong', 403, 'invalid_api_key'],
    ['', 422, 'validation_error'],
    [undefined, 422, 'validation_error'],
    [{}, 422, 'validation_error'],
    ['x'.repeat(201), 422, 'validation_error'],
  ])('refuses the key %j', async (key, status, code) => {
    const api = openApi()
    await createKey(api)
    const answer = await signIn(api, key)
    expect(answer.headers.has('set-cookie')).toBe(false)
    expect(await said(answer)).toMatchObject([status, { error: { code, message: text } }])
  })

  it('refuses a key that may only send', async () => {
    const api = openApi()
    const { token } = await createKey(api, { permission: 'sending_access' })
    expect(await said(signIn(api, token))).toMatchObject([
      401,
      { error: { code: 'restricted_api_key' } },
    ])
  })

  it('hears ten wrong keys of a client, then has it wait longer with each', async () => {
    const api = openApi()
    await createKey(api)
    const guesses = Array.from({ length: 12 }, () => signIn(api, 're_wrong'))
    const statuses = (await Promise.all(guesses)).map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array<number>(10).fill(403), 429, 429])
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      const refused = await signIn(api, 're_wrong')
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, `${seconds}`])
      await api.clock.advance(seconds * 1_000 - 1)
      expect((await signIn(api, 're_wrong')).headers.get('retry-after')).toBe('1')
      await api.clock.advance(1)
      expect((await signIn(api, 're_wrong')).status).toBe(403)
    }
    await api.clock.advance(3_600_000)
    for (let i = 0; i < 10; i++) expect((await signIn(api, 're_wrong')).status).toBe(403)
  })

  it('lets the right key in however many wrong ones came before, and starts over then', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    for (let i = 0; i < 12; i++) await signIn(api, 're_wrong')
    await signedIn(api, token)
    for (let i = 0; i < 10; i++) expect((await signIn(api, 're_wrong')).status).toBe(403)
    expect((await signIn(api, 're_wrong')).status).toBe(429)
  })

  it.each([
    ['198.51.100.1', '198.51.100.2', 403],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', 403],
    ['2001:db8:0:1::1', '2001:0DB8:0000:0001:ffff::2', 429],
    ['2001:db8::1', '2001:db8:0:0:5:6:7:8', 429],
  ])('has the wrong keys of %s answered to %s with %i', async (one, other, status) => {
    const api = openApi()
    await createKey(api)
    const from = (client: string) => signIn(api, 're_wrong', { 'x-forwarded-for': client })
    for (let i = 0; i < 12; i++) await from(one)
    expect((await from(one)).status).toBe(429)
    expect((await from(other)).status).toBe(status)
  })

  it('counts no right key as a guess', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    for (let i = 0; i < 11; i++) await signedIn(api, token)
    expect((await signIn(api, 're_wrong')).status).toBe(403)
  })

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.test' },
  ])('signs no one in for the page of another site: %o', async (headers) => {
    const api = openApi()
    const { token } = await createKey(api)
    const answer = await signIn(api, token, headers)
    expect([answer.status, answer.headers.has('set-cookie')]).toEqual([403, false])
  })
})

describe('a session', () => {
  it('opens what a key of full access opens, in every dialect', async () => {
    const api = openApi()
    const { token, id } = await createKey(api)
    const headers = await signedIn(api, token)
    for (const path of ['/v1/settings', '/v1/health', '/api-keys', '/emails'])
      expect((await api.fetch(path, { headers })).status).toBe(200)
    const sent = await api.send(anEmail, headers)
    expect((await api.postern.emails.get(sent, '*'))?.owner).toBe(id)
    expect(await said(api.fetch('/v1/health', { headers }))).toMatchObject([200, { queue: {} }])
  })

  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ origin: site, host: 'localhost' }, 200],
    [{}, 200],
    // Another port of this machine: the browser brings the cookie there too.
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'http://localhost:3000', host: 'localhost' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ origin: 'null' }, 403],
  ])('does nothing for the page of another site: %o', async (from, status) => {
    const api = openApi()
    const { token } = await createKey(api)
    const headers = { ...(await signedIn(api, token)), ...from }
    const answer = await api.fetch('/v1/captures', { method: 'DELETE', headers })
    expect(answer.status).toBe(status)
    expect((await api.fetch('/v1/captures', { headers })).status).toBe(status)
  })

  it('is worth nothing to another port of the host, which gets the cookie alone', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const { cookie, 'x-postern-session': half } = await signedIn(api, token)
    const other = await signedIn(api, token)
    expect(await statusOf(api, { cookie })).toBe(401)
    expect(await statusOf(api, { 'x-postern-session': half })).toBe(401)
    expect(await statusOf(api, { ...other, cookie })).toBe(401)
    expect((await said(api.fetch('/v1/session', { headers: { cookie } })))[1]).toEqual({
      signed_in: false,
      needed: true,
      project: null,
    })
  })

  it('opens downloads and frames by their address, and changes nothing so', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const { cookie, 'x-postern-session': half } = await signedIn(api, token)
    const path = `/v1/captures?session=${half}`
    expect((await api.fetch(path, { headers: { cookie } })).status).toBe(200)
    expect((await api.fetch(path, { headers: { cookie }, method: 'DELETE' })).status).toBe(401)
    expect((await api.fetch(path)).status).toBe(401)
  })

  it('ends after seven days', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const headers = await signedIn(api, token)
    await api.clock.advance(7 * 86_400_000 - 1)
    expect(await statusOf(api, headers)).toBe(200)
    await api.clock.advance(1)
    expect(await said(api.fetch('/v1/queue', { headers }))).toMatchObject([
      401,
      {
        error: {
          code: 'missing_api_key',
          message: expect.stringContaining('signed out') as string,
        },
      },
    ])
  })

  it('ends at once, in every browser, when its key is revoked', async () => {
    const api = openApi()
    const { token, id } = await createKey(api)
    const other = await createKey(api)
    const browsers = [await signedIn(api, token), await signedIn(api, token)]
    const kept = await signedIn(api, other.token)
    await api.fetch(`/api-keys/${id}`, { method: 'DELETE', headers: browsers[0] })
    for (const headers of browsers) {
      expect(await statusOf(api, headers)).toBe(401)
      expect((await said(api.fetch('/v1/session', { headers })))[1]).toMatchObject({
        signed_in: false,
      })
    }
    expect(await statusOf(api, kept)).toBe(200)
  })

  it('ends within ten seconds when its key is revoked elsewhere', async () => {
    const api = openApi()
    const { token, id } = await createKey(api)
    await createKey(api)
    const headers = await signedIn(api, token)
    await api.postern.keys.revoke(id, '*')
    await api.clock.advance(10_000)
    expect(await statusOf(api, headers)).toBe(401)
  })

  it('ends when its browser signs out, and no other does', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const [mine, other] = [await signedIn(api, token), await signedIn(api, token)]
    const answer = await api.fetch('/v1/session', { method: 'DELETE', headers: mine })
    expect(answer.headers.get('set-cookie')).toMatch(/^postern_session=; Max-Age=0; Path=\//)
    expect(await said(answer)).toEqual([200, { signed_in: false, needed: true, project: null }])
    expect([await statusOf(api, mine), await statusOf(api, other)]).toEqual([401, 200])
  })

  it.each(['postern_session=', 'postern_session=x', 'other=1', ';;=;', '%'])(
    'is not opened by the cookie %j',
    async (cookie) => {
      const api = openApi()
      await createKey(api)
      expect(await statusOf(api, { cookie, 'x-postern-session': 'x' })).toBe(401)
    },
  )

  it('yields to a key that is shown with it', async () => {
    const api = openApi()
    const { token } = await createKey(api)
    const headers = await signedIn(api, token)
    expect(await statusOf(api, { ...headers, authorization: 'Bearer re_wrong' })).toBe(403)
  })
})
