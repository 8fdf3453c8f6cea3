import { describe, expect, it } from 'vitest'
import { mailgunEngine } from '../../engines/mailgun.ts'
import { fakeMailgun, formOf, mailgunDomain, mailgunError } from '../remote/fake-mailgun.ts'
import { jsonAnswer } from '../remote/fake-provider.ts'
import { engineContext } from './engine-context.ts'
import { testAtProvider, useProvider } from './provider-rig.ts'

const apiKey = 'never-told-0123456789-abcdef'

type Fake = Awaited<ReturnType<typeof fakeMailgun>>

const open = (remote: Fake, domain: string | null = mailgunDomain) =>
  mailgunEngine(
    engineContext({
      settings: { mailgun: { domain } },
      secrets: { 'mailgun.apiKey': apiKey },
      deployed: { apiUrls: { mailgun: remote.server.url } },
    }),
  )

const atMailgun = { start: fakeMailgun, open }

testAtProvider('mailgun', atMailgun, [apiKey, Buffer.from(`api:${apiKey}`).toString('base64')], {
  skip: { 'sends with an empty envelope sender': 'Mailgun chooses MAIL FROM itself' },
})

describe('the Mailgun engine', () => {
  const rig = useProvider(atMailgun)
  const { send } = rig

  it('tells the id that Mailgun gave the email', async () => {
    expect(await send()).toEqual({ kind: 'sent', remoteId: '<20260102030405.1@mg.own.test>' })
  })

  it('signs in as "api", and never makes a header of the email one of the request', async () => {
    await send({ headers: { Authorization: 'Basic evil' } })
    const { headers } = rig.remote.server.requests[0]!
    expect(Buffer.from(headers['authorization']!.slice(6), 'base64').toString()).toBe(
      `api:${apiKey}`,
    )
  })

  it('sends tags named category as tags: ten, each once, in ASCII', async () => {
    const values = ['News letter', 'News letter', 'größer', ...'abcdefghijk']
    await send({ tags: values.map((value) => ({ name: 'category', value })) })
    const form = await formOf(rig.remote.mails[0]!)
    expect(form.getAll('o:tag')).toEqual(['News letter', ...'abcdefghi'])
  })

  it('names 1,000 recipients at most, and says who waits for the next request', async () => {
    const to = Array.from({ length: 1_001 }, (_, i) => `r${i}@example.test`)
    expect(await send({ envelope: { from: 'ann@own.test', to } })).toMatchObject({
      kind: 'sent',
      refused: [{ address: 'r1000@example.test', kind: 'deferred' }],
    })
    expect((await rig.remote.received())[0]!.to).toEqual(to.slice(0, 1_000))
  })

  it('is blocked without a domain', async () => {
    rig.use(open(rig.remote, null))
    const reason = expect.stringContaining('mailgun.domain') as unknown
    expect(await send()).toMatchObject({ kind: 'blocked', reason })
    expect(await rig.verify()).toMatchObject({ valid: false, reason })
    expect(rig.remote.server.connections).toBe(0)
  })

  it.each([
    [401, 'Forbidden', 'blocked'],
    [403, 'Forbidden', 'blocked'],
    [404, 'Domain not found: mg.own.test', 'blocked'],
    [400, 'Domain mg.own.test is not allowed to send: Please activate your account', 'blocked'],
    [400, 'The domain is unverified and requires DNS configuration.', 'blocked'],
    [400, 'Sandbox subdomains are for test purposes only.', 'blocked'],
    [400, "'from' parameter is not a valid address", 'rejected'],
    [413, 'message is larger than 25 MB', 'rejected'],
    [429, 'Domain mg.own.test is not allowed to send: recipient limit exceeded', 'deferred'],
    [500, 'Internal Server Error', 'ambiguous'],
  ])('takes %i (%s) for %s', async (status, message, kind) => {
    rig.remote.say(mailgunError(status, message))
    expect(await send()).toMatchObject({
      kind,
      reason: expect.stringContaining(message) as unknown,
    })
  })

  it('finds a key valid that may only send, and sends nothing to find out', async () => {
    rig.remote.server.script = ({ whole, method, body }) => {
      if (!whole) return undefined
      if (method === 'GET') return { say: mailgunError(401, 'Forbidden') }
      expect(String(body)).not.toContain('name=')
      return { say: mailgunError(400, 'from parameter is missing') }
    }
    expect(await rig.verify()).toEqual({ valid: true })
  })

  it.each(['unverified', 'disabled'])('is not valid with a domain that is %s', async (state) => {
    rig.remote.say(jsonAnswer(200, { domain: { name: mailgunDomain, state } }))
    expect(await rig.verify()).toMatchObject({
      valid: false,
      reason: expect.stringContaining(state) as unknown,
    })
  })
})
