import { describe, expect, it } from 'vitest'
import { openApi } from '../open-api.ts'
import { all, contentOf, mail, refused, sent, to } from './a-mail.ts'

describe('personalizations', () => {
  const three = {
    ...mail,
    personalizations: ['x', 'y', 'z'].map((who) => ({
      to: [{ email: `${who}@example.com` }],
      substitutions: { Hello: `Hello ${who}` },
    })),
  }

  it('are one email each, accepted together under ids that follow that of the answer', async () => {
    const api = openApi()
    const first = await sent(api, three)
    const emails = (await all(api)).toReversed()
    expect(emails[0]!.id).toBe(first.id)
    expect(emails.map(({ to }) => to)).toEqual(
      ['x', 'y', 'z'].map((who) => [{ address: `${who}@example.com` }]),
    )
    const texts = await Promise.all(emails.map(async (email) => (await contentOf(api, email)).text))
    expect(texts).toEqual(['Hello x', 'Hello y', 'Hello z'])
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(3)
  })

  it('are accepted all or not at all', async () => {
    const api = openApi()
    const bad = { to: [{ email: 'x' }] }
    const body = { ...three, personalizations: [...three.personalizations, bad] }
    expect(await refused(api, body)).toMatchObject({
      status: 400,
      errors: [{ field: 'personalizations.3.to.0.email' }],
    })
    expect(await all(api)).toEqual([])
  })

  it('of a replay are those of the first request, also once their time has passed', async () => {
    const api = openApi()
    const body = { ...three, send_at: api.clock.now() / 1_000 + 60 }
    const first = await sent(api, body, { 'idempotency-key': 'k' })
    await api.clock.advance(120_000)
    expect((await sent(api, body, { 'idempotency-key': 'k' })).id).toBe(first.id)
    expect(await all(api)).toHaveLength(3)
  })

  it('of 1000 in one request are 1000 emails', async () => {
    const api = openApi()
    const personalizations = to(1_000).map((one) => ({ to: [one] }))
    await sent(api, { ...mail, personalizations })
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(1_000)
  })
})
