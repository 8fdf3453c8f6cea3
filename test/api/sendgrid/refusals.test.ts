import { describe, expect, it } from 'vitest'
import { openApi, said, type OpenApi } from '../open-api.ts'
import { mail, refused, sent } from './a-mail.ts'

describe("SendGrid's dialect", () => {
  it.each<[string, number, string, RequestInit]>([
    ['no JSON', 400, '/v3/mail/send', { method: 'POST', body: '{' }],
    ['a list', 400, '/v3/mail/send', { method: 'POST', body: '[]' }],
    ['invalid UTF-8', 415, '/v3/mail/send', { method: 'POST', body: new Uint8Array([0x22, 0xff]) }],
    [
      'an empty Idempotency-Key',
      400,
      '/v3/mail/send',
      { method: 'POST', headers: { 'Idempotency-Key': '' } },
    ],
    ['an unknown path', 404, '/v3/marketing/contacts', {}],
    ['the root', 404, '/v3', {}],
    ['a wrong method', 405, '/v3/mail/send', {}],
  ])('is spoken to %s', async (_what, status, path, init) => {
    const api = openApi()
    const [code, body] = await said(api.fetch(path, init))
    expect([code, body]).toEqual([
      status,
      { errors: [{ message: expect.any(String) as string, field: null, help: null }] },
    ])
  })

  it('is spoken about keys: 401 for a wrong one, 403 for one that may not', async () => {
    const api = openApi()
    const sending = { permission: 'sending_access', domain: 'acme.test' }
    const full = await tokenOf(api, {})
    const token = await tokenOf(api, sending, full)
    const as = (key: string) => ({ authorization: `Bearer ${key}` })
    expect((await refused(api, mail)).status).toBe(401)
    expect((await refused(api, mail, as('SG.wrong'))).status).toBe(401)
    await sent(api, mail, as(token))
    await sent(api, mail, as(`SG.${token}`))
    await sent(api, mail, as(token.replace(/^re_/, 'SG.')))
    const foreign = { ...mail, from: { email: 'a@other.test' } }
    expect(await refused(api, foreign, as(token))).toEqual({
      status: 403,
      errors: [
        { field: 'from', message: 'from: this key may only send from acme.test', help: null },
      ],
    })
    expect(await scopes(api, as(token))).not.toContain('user.scheduled_sends.create')
    expect(await scopes(api, as(full))).toContain('user.scheduled_sends.create')
    const managing = ['suppression.read', 'suppression.bounces.delete', 'asm.groups.create']
    expect(await scopes(api, as(full))).toEqual(expect.arrayContaining(managing))
    expect(await scopes(api, as(token))).not.toContain('suppression.read')
    expect(await scopes(api, as(token))).toContain('mail.send')
  })
})

async function tokenOf(api: OpenApi, change: object, key = ''): Promise<string> {
  const headers = { authorization: `Bearer ${key}` }
  const [, body] = await said(api.post('/api-keys', { name: 'a', ...change }, headers))
  return body['token'] as string
}

async function scopes(api: OpenApi, headers: Record<string, string>) {
  const [status, body] = await said(api.fetch('/v3/scopes', { headers }))
  expect(status).toBe(200)
  return body['scopes']
}
