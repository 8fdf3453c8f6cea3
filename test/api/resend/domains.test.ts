import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openWeb } from '../../../backends/web/index.ts'
import type { SavedSettings } from '../../../mail/settings/layers.ts'
import { dnsServer, type Zone } from '../../remote/dns-server.ts'
import { anEmail, holding, openApi, said, text, type Json } from '../open-api.ts'

const from = { address: 'no-reply@acme.test' }

async function opened(
  settings: { defaults?: SavedSettings; locks?: SavedSettings } = {},
  zone: Zone = {},
) {
  const dns = await dnsServer(zone)
  onTestFinished(() => dns.close())
  const web = openWeb({ dnsServers: [dns.address] })
  const { defaults, locks } = settings
  const api = openApi({ web, defaults: { from, ...defaults }, ...(locks && { locks }) })
  const add = (name: unknown, more: object = {}) => said(api.post('/domains', { name, ...more }))
  const remove = (id: string) => said(api.fetch(`/domains/${id}`, { method: 'DELETE' }))
  const names = async () => (await api.read('/domains')).data.map(({ name }) => name)
  const sends = async (address: string) =>
    (await api.post('/emails', { ...anEmail, from: address })).status === 200
  return { api, dns, add, remove, names, sends }
}

const recordOf = (domain: Json, record: string) =>
  (domain['records'] as Json[]).find((one) => one['record'] === record)

describe('/domains', () => {
  it('is empty while every domain may stand in From', async () => {
    const { api, names, sends } = await opened()
    expect(await api.read('/domains')).toEqual({ object: 'list', has_more: false, data: [] })
    expect(await names()).toEqual([])
    expect(await sends('a@anywhere.test')).toBe(true)
  })

  it('makes the first one the only one besides the default sender', async () => {
    const { add, names, sends } = await opened()
    const [status, domain] = await add('Shop.Test')
    expect([status, domain]).toEqual([
      201,
      {
        object: 'domain',
        id: text,
        name: 'shop.test',
        status: 'not_started',
        created_at: text,
        region: 'us-east-1',
        capabilities: { sending: 'enabled', receiving: 'disabled' },
        open_tracking: false,
        click_tracking: false,
        tracking_subdomain: null,
        records: expect.any(Array) as unknown,
      },
    ])
    expect(await names()).toEqual(['acme.test', 'shop.test'])
    expect(await sends('a@shop.test')).toBe(true)
    expect(await sends('a@acme.test')).toBe(true)
    expect(await sends('a@anywhere.test')).toBe(false)
  })

  it('lets one be looked at and removed; without the last every domain may send again', async () => {
    const { api, add, remove, names, sends } = await opened()
    const [, { id }] = await add('shop.test')
    expect(await api.read(`/domains/${id}`)).toMatchObject({ object: 'domain', id })
    expect(await remove(id)).toEqual([200, { object: 'domain', id, deleted: true }])
    expect((await remove(id))[0]).toBe(404)
    expect((await said(api.fetch(`/domains/${id}`)))[0]).toBe(404)
    const [{ id: last }] = (await api.read('/domains')).data as [Json]
    await remove(last)
    expect(await names()).toEqual([])
    expect(await sends('a@anywhere.test')).toBe(true)
  })

  it('is told in the region that was asked for', async () => {
    const { api, add } = await opened()
    const [, { id, ...made }] = await add('shop.test', { region: 'eu-west-1' })
    expect(made).toMatchObject({ region: 'eu-west-1' })
    expect(await api.read(`/domains/${id}`)).toMatchObject({ id, region: 'eu-west-1' })
    expect((await said(api.fetch(`/domains/${id}`, { method: 'DELETE' })))[1]).toMatchObject({ id })
  })

  it('takes a change that changes nothing here, and no other', async () => {
    const { api, add } = await opened()
    const [, { id }] = await add('shop.test')
    const change = (body: object) =>
      said(api.fetch(`/domains/${id}`, { method: 'PATCH', body: JSON.stringify(body) }))
    const wish = {
      open_tracking: true,
      click_tracking: false,
      tls: 'enforced',
      tracking_subdomain: null,
    }
    expect(await change(wish)).toEqual([200, { object: 'domain', id }])
    expect(await api.read(`/domains/${id}`)).toMatchObject({ open_tracking: false })
    expect(await change({ tls: 'sometimes' })).toMatchObject([422, { message: holding('`tls`') }])
  })

  it.each([
    [undefined, {}, 'missing_required_field', 'name'],
    ['no domain', {}, 'validation_error', 'name'],
    [7, {}, 'validation_error', 'name'],
    ['a@b.cd', {}, 'validation_error', 'name'],
    ['shop.test', { region: 'mars' }, 'validation_error', 'region'],
  ])('refuses %j', async (name, more, code, words) => {
    const { add, names } = await opened()
    expect(await add(name, more)).toMatchObject([422, { name: code, message: holding(words) }])
    expect(await names()).toEqual([])
  })

  it('refuses one that is there', async () => {
    const { add } = await opened()
    await add('shop.test')
    expect(await add('shop.test')).toMatchObject([422, { message: holding('already exists') }])
  })

  it('says so where it is locked, and changes nothing', async () => {
    const { api, add, remove, names } = await opened({ locks: { senderDomains: ['acme.test'] } })
    const [{ id }] = (await api.read('/domains')).data as [Json]
    for (const answer of [await add('shop.test'), await remove(id)])
      expect(answer).toMatchObject([403, { name: 'validation_error', message: holding('locked') }])
    expect(await names()).toEqual(['acme.test'])
  })

  it('loses nothing when several are added at once', async () => {
    const { add, names } = await opened()
    const wanted = Array.from({ length: 8 }, (_, n) => `n${n}.test`)
    await Promise.all(wanted.map((name) => add(name)))
    expect((await names()).sort()).toEqual(['acme.test', ...wanted].sort())
  })

  it('leaves the mailer as valid as it was', async () => {
    const { api, add } = await opened({ defaults: { engine: 'disabled' } })
    const { postern } = api
    const { version } = await postern.settings.read()
    const verdict = { at: 5, engines: { smtp: { valid: true } } } as const
    await postern.standing.writeVerdict({ ...verdict, about: postern.inForce.seal(version) })
    await add('shop.test')
    const after = (await postern.settings.read()).version
    expect(after).not.toBe(version)
    expect(await postern.standing.readVerdict()).toEqual({
      ...verdict,
      about: postern.inForce.seal(after),
    })
  })

  it('is not for a key that may only send', async () => {
    const { api } = await opened()
    const [, { token }] = await said(api.post('/api-keys', { name: 'k' }))
    const admin = { authorization: `Bearer ${token as string}` }
    const body = { name: 's', permission: 'sending_access' }
    const [, { token: sending }] = await said(api.post('/api-keys', body, admin))
    const headers = { authorization: `Bearer ${sending as string}` }
    expect((await api.fetch('/domains', { headers })).status).toBe(401)
  })
})

describe('the records of a domain', () => {
  const signed = { dkim: { domain: 'acme.test', selector: 'k1' }, senderDomains: ['acme.test'] }
  const good: Zone = {
    'acme.test': { TXT: ['v=spf1 include:amazonses.com -all', 'other=1'] },
    '_dmarc.acme.test': { TXT: ['v=DMARC1; p=reject'] },
    'k1._domainkey.acme.test': { TXT: ['v=DKIM1; k=rsa; p=MIIB'] },
  }

  async function looked(settings: SavedSettings, zone: Zone) {
    const place = await opened({ defaults: settings }, zone)
    const [{ id }] = (await place.api.read('/domains')).data as [Json]
    const look = () => place.api.read(`/domains/${id}`)
    const verify = () => said(place.api.post(`/domains/${id}/verify`))
    return { ...place, id, look, verify }
  }

  it('are verified when all of them are there', async () => {
    const { look } = await looked(signed, good)
    const domain = await look()
    expect(domain['status']).toBe('verified')
    expect(domain['records']).toEqual([
      {
        record: 'SPF',
        name: 'acme.test',
        type: 'TXT',
        value: holding('v=spf1'),
        ttl: 'Auto',
        status: 'verified',
      },
      {
        record: 'DKIM',
        name: 'k1._domainkey.acme.test',
        type: 'TXT',
        value: holding('v=DKIM1'),
        ttl: 'Auto',
        status: 'verified',
      },
    ])
  })

  it("can be published as they are, Postern's own key with its public part", async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
    const { api, look } = await looked(signed, {})
    const { version } = await api.postern.settings.read()
    await api.fetch('/v1/settings', {
      method: 'PUT',
      body: JSON.stringify({
        settings: signed,
        secrets: { 'dkim.privateKey': pem },
        version,
        force: true,
      }),
    })
    await api.clock.advance(60_000)
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    const records = (await look())['records'] as Json[]
    expect(records.map(({ name, value }) => [name, value])).toEqual([
      ['acme.test', 'v=spf1 a mx ~all'],
      ['k1._domainkey.acme.test', `v=DKIM1; k=rsa; p=${spki}`],
    ])
    for (const engine of ['noop', 'ses', 'sendgrid', 'mailgun', 'postmark', 'resend']) {
      const other = await looked({ senderDomains: ['acme.test'], engine: engine }, {})
      expect(JSON.stringify((await other.look())['records'])).not.toMatch(/[<>]/)
    }
  })

  it.each<[string, Zone, string, string, string]>([
    ['no SPF', { 'acme.test': { TXT: ['x'] } }, 'SPF', 'not_started', 'partially_verified'],
    [
      'SPF twice',
      { 'acme.test': { TXT: ['v=spf1 -all', 'v=spf1 a'] } },
      'SPF',
      'failed',
      'partially_failed',
    ],
    ['SPF for all', { 'acme.test': { TXT: ['v=spf1 +all'] } }, 'SPF', 'failed', 'partially_failed'],
  ])('are told one by one: %s', async (_, zone, record, status, whole) => {
    const { look } = await looked(signed, { ...good, ...zone })
    const domain = await look()
    expect([recordOf(domain, record)!['status'], domain['status']]).toEqual([status, whole])
  })

  it('name the provider that sends', async () => {
    const zone: Zone = {
      ...good,
      's1._domainkey.acme.test': { CNAME: ['s1.domainkey.u1.wl.sendgrid.net'] },
    }
    const { look } = await looked({ senderDomains: ['acme.test'], engine: 'sendgrid' }, zone)
    const domain = await look()
    expect(recordOf(domain, 'SPF')).toMatchObject({
      value: 'v=spf1 include:sendgrid.net ~all',
      status: 'failed',
    })
    expect(recordOf(domain, 'DKIM')).toMatchObject({ type: 'CNAME', status: 'verified' })
    const ses = await looked({ senderDomains: ['acme.test'], engine: 'ses' }, good)
    const atSes = await ses.look()
    expect(recordOf(atSes, 'SPF')).toMatchObject({ status: 'verified' })
    // Only Amazon SES knows the tokens.
    expect(recordOf(atSes, 'DKIM')).toBeUndefined()
  })

  it('are looked up again when asked, or when a minute has passed', async () => {
    const { look, verify, id, dns, api } = await looked(signed, {})
    expect(await look()).toMatchObject({ status: 'not_started' })
    dns.zone = good
    expect(await look()).toMatchObject({ status: 'not_started' })
    expect(await verify()).toEqual([200, { object: 'domain', id }])
    expect(await look()).toMatchObject({ status: 'verified' })
    dns.zone = {}
    await api.clock.advance(60_000)
    expect(await look()).toMatchObject({ status: 'not_started' })
  })

  it('are not called missing when the DNS cannot be asked', async () => {
    const { look, dns, api } = await looked(signed, good)
    dns.fails = true
    await api.clock.advance(60_000)
    const domain = await look()
    expect(domain['status']).toBe('pending')
    expect(recordOf(domain, 'SPF')!['status']).toBe('temporary_failure')
  })
})
