import { createRequire } from 'node:module'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startPostern } from '../../../machine/start.ts'
import { temporaryDirectory } from '../../cli/temporary-directory.ts'
import { mail } from './a-mail.ts'

/** What is used of it; its own types name only the one instance that the package exports. */
interface Client {
  setApiKey(key: string): void
  setDefaultRequest(name: string, value: string): void
  request(asked: object): Promise<[{ statusCode: number; body: unknown }, unknown]>
}

const { Client: SendGridClient } = createRequire(import.meta.url)('@sendgrid/client') as {
  Client: new () => Client
}

describe("SendGrid's client", () => {
  let client: Client
  let base: string
  beforeEach(async () => {
    const { url, stop } = await startPostern({ directory: temporaryDirectory(), port: 0, env: {} })
    onTestFinished(stop)
    base = url
    client = new SendGridClient()
    client.setApiKey('SG.any')
    client.setDefaultRequest('baseUrl', `${url}/`)
  })

  async function ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) {
    const [answer] = await client.request({ method, url, body })
    return [answer.statusCode, answer.body]
  }

  async function refused(...request: Parameters<typeof ask>) {
    return ask(...request).then(
      () => undefined,
      (error: { code: number }) => error.code,
    )
  }

  const suppress = (address: string, reason: string) =>
    fetch(`${base}/v1/suppressions`, { method: 'POST', body: JSON.stringify({ address, reason }) })

  it.each([
    ['bounces', 'bounce', { reason: '', status: '' }],
    ['spam_reports', 'complaint', { ip: '' }],
  ])('lists, gets and removes %s', async (kind, reason, more) => {
    await suppress('gone@b.test', reason)
    await suppress('other@b.test', 'manual')
    const item = { email: 'gone@b.test', created: expect.any(Number) as number, ...more }
    const path = `/v3/suppression/${kind}`
    expect(await ask('GET', `${path}?limit=10&offset=0&start_time=1`)).toEqual([200, [item]])
    expect(await ask('GET', `${path}?end_time=1`)).toEqual([200, []])
    expect(await ask('GET', `${path}/GONE@b.test`)).toEqual([200, [item]])
    expect(await ask('GET', `${path}/other@b.test`)).toEqual([200, []])
    expect(await refused('DELETE', `${path}/other@b.test`)).toBe(404)
    expect((await ask('DELETE', `${path}/gone@b.test`))[0]).toBe(204)
    expect(await ask('GET', path)).toEqual([200, []])
    await suppress('gone@b.test', reason)
    expect((await ask('DELETE', path, { delete_all: true }))[0]).toBe(204)
    expect(await ask('GET', path)).toEqual([200, []])
    expect(await refused('GET', `${path}?limit=0`)).toBe(400)
  })

  it('keeps who unsubscribed from everything', async () => {
    const global = '/v3/asm/suppressions/global'
    const wish = { recipient_emails: ['a@b.test', 'c@d.test'] }
    expect(await ask('POST', global, wish)).toEqual([201, wish])
    expect(await ask('GET', `${global}/A@b.test`)).toEqual([200, { recipient_email: 'a@b.test' }])
    expect(await ask('GET', `${global}/x@b.test`)).toEqual([200, {}])
    expect((await ask('GET', '/v3/suppression/unsubscribes'))[1]).toHaveLength(2)
    expect((await ask('DELETE', `${global}/a@b.test`))[0]).toBe(204)
    expect((await ask('GET', '/v3/suppression/unsubscribes'))[1]).toHaveLength(1)
  })

  it('makes, renames and removes groups, and keeps who left them', async () => {
    const [, made] = await ask('POST', '/v3/asm/groups', { name: 'News', description: 'Monthly' })
    const { id } = made as { id: number }
    const group = { id, name: 'News', description: 'Monthly', is_default: false }
    expect([made, (await ask('GET', '/v3/asm/groups'))[1]]).toEqual([group, [group]])
    await ask('PATCH', `/v3/asm/groups/${id}`, { name: 'Offers' })
    expect(await ask('GET', `/v3/asm/groups/${id}`)).toEqual([200, { ...group, name: 'Offers' }])
    const path = `/v3/asm/groups/${id}/suppressions`
    const wish = { recipient_emails: ['a@b.test', 'c@d.test'] }
    expect(await ask('POST', path, wish)).toEqual([201, wish])
    expect((await ask('GET', path))[1]).toHaveLength(2)
    const some = { recipient_emails: ['A@b.test', 'x@y.test'] }
    expect(await ask('POST', `${path}/search`, some)).toEqual([200, ['a@b.test']])
    expect((await ask('DELETE', `${path}/a@b.test`))[0]).toBe(204)
    expect((await ask('GET', '/v3/asm/suppressions'))[1]).toMatchObject([
      { email: 'c@d.test', group_id: id, group_name: 'Offers' },
    ])
    expect((await ask('DELETE', `/v3/asm/groups/${id}`))[0]).toBe(204)
    expect(await refused('GET', `/v3/asm/groups/${id}`)).toBe(404)
  })

  it('sends to a group only who has not left it, and to who is bypassed', async () => {
    const [, made] = await ask('POST', '/v3/asm/groups', { name: 'News' })
    const { id } = made as { id: number }
    await ask('POST', `/v3/asm/groups/${id}/suppressions`, { recipient_emails: ['a@b.test'] })
    const wish = (more: object) => ({
      ...mail,
      personalizations: [{ to: [{ email: 'a@b.test' }] }],
      asm: { group_id: id },
      ...more,
    })
    const states = async () => {
      const answer = await fetch(`${base}/v1/emails`)
      const { data } = (await answer.json()) as { data: { state: string }[] }
      return data.map(({ state }) => state)
    }
    await ask('POST', '/v3/mail/send', wish({}))
    await expect.poll(states).toEqual(['suppressed'])
    const bypass = { mail_settings: { bypass_unsubscribe_management: { enable: true } } }
    await ask('POST', '/v3/mail/send', wish(bypass))
    await expect.poll(states).toEqual(['captured', 'suppressed'])
    expect(await refused('POST', '/v3/mail/send', wish({ asm: { group_id: 7 } }))).toBe(400)
    const two = { personalizations: [{ to: [{ email: 'a@b.test' }, { email: 'c@d.test' }] }] }
    expect(await refused('POST', '/v3/mail/send', wish(two))).toBe(400)
  })
})
