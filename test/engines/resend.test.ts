import { describe, expect, it } from 'vitest'
import { resendEngine } from '../../engines/resend.ts'
import { jsonAnswer } from '../remote/fake-provider.ts'
import { fakeResend, resendError } from '../remote/fake-resend.ts'
import { engineContext } from './engine-context.ts'
import { patient, testAtProvider, useProvider } from './provider-rig.ts'

const apiKey = 're_never_told_0123456789'

type Fake = Awaited<ReturnType<typeof fakeResend>>

const open = (remote: Fake, settings = {}) =>
  resendEngine(
    engineContext({
      settings,
      secrets: { 'resend.apiKey': apiKey },
      deployed: { apiUrls: { resend: remote.server.url } },
    }),
  )

const atResend = { start: fakeResend, open }

testAtProvider('resend', atResend, [apiKey], {
  skip: {
    'hands over exactly the bytes it was given': 'Resend builds the email from its parts',
    'sends with an empty envelope sender': 'Resend chooses MAIL FROM itself',
  },
})

describe('the Resend engine', () => {
  const rig = useProvider(atResend)
  const { send, mailOf } = rig

  const envelope = (...to: string[]) => ({ from: 'ann@own.test', to })
  const many = (count: number) => Array.from({ length: count }, (_, i) => `r${i}@example.test`)

  it('tells the id that Resend gave the email', async () => {
    expect(await send()).toEqual({
      kind: 'sent',
      remoteId: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794',
    })
  })

  it('sends an email once, however often it is asked to in a day', async () => {
    rig.remote.drop()
    expect(await send()).toMatchObject({ kind: 'ambiguous' })
    rig.remote.accept()
    expect(await send()).toMatchObject({ kind: 'sent' })
    expect(rig.remote.mails).toHaveLength(1)
  })

  it('sends the same email for other recipients', async () => {
    await send({ envelope: envelope('bob@example.test') })
    await send({ envelope: envelope('cid@example.test') })
    expect((await rig.remote.received()).map(({ to }) => to)).toEqual([
      ['bob@example.test'],
      ['cid@example.test'],
    ])
  })

  it('writes names so that Resend takes them', async () => {
    const mail = await mailOf({
      from: { address: 'ann@own.test', name: 'Ann Ä. of Own Inc.' },
      to: [{ address: 'bob@example.test', name: 'Doe, "Bob"' }],
      replyTo: [{ address: 'desk@own.test', name: 'Größe' }],
    })
    expect(mail).toMatchObject({
      from: 'Ann Ä. of Own Inc. <ann@own.test>',
      to: ['=?UTF-8?Q?Doe=2C_=22Bob=22?= <bob@example.test>'],
      reply_to: ['=?UTF-8?Q?Gr=C3=B6=C3=9Fe?= <desk@own.test>'],
    })
  })

  it('names 50 recipients at most, and says who waits for the next request', async () => {
    const outcome = await send({ envelope: envelope(...many(60), 'bob@example.test') })
    expect((await rig.remote.received())[0]!.to).toHaveLength(50)
    expect(outcome).toMatchObject({ kind: 'sent' })
    const { refused = [] } = outcome as { refused?: { address: string; kind: string }[] }
    expect(refused.map(({ address }) => address)).toEqual(many(60).slice(49))
    expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['deferred']))
  })

  it('shows no hidden recipient to another: one at a time when no one else is left', async () => {
    const outcome = await send({ to: [], envelope: envelope('one@hidden.test', 'two@hidden.test') })
    expect(rig.remote.mails).toMatchObject([{ to: ['one@hidden.test'] }])
    expect(outcome).toMatchObject({ refused: [{ address: 'two@hidden.test', kind: 'deferred' }] })
  })

  it('sends tags as Resend takes them, ours first', async () => {
    const tags = [
      { name: 'category', value: 'News letter' },
      { name: 'category', value: 'größer' },
    ]
    const mail = await mailOf({ id: 'the-id', tags })
    expect(mail.tags).toEqual([
      { name: 'postern_id', value: 'the-id' },
      { name: 'category', value: 'News_letter' },
      { name: 'category_2', value: 'gr__er' },
    ])
  })

  it('makes no text where the caller wants none', async () => {
    const mail = await mailOf({
      content: { kind: 'structured', html: '<p>Hi</p>', text: '', headers: {}, attachments: [] },
    })
    expect(mail.text).toBe('')
  })

  it.each([
    ['data.txt', 'text/csv', 'rejected'],
    ['data.csv', 'text/csv', 'sent'],
    ['photo.jpg', 'image/jpg', 'sent'],
    ['photo.jpeg', 'image/jpeg', 'sent'],
    ['report.pdf', 'application/octet-stream', 'sent'],
    ['what.ever', 'application/x-own', 'sent'],
    ['README', 'text/plain', 'sent'],
  ])('does not have a file dropped in silence: %s as %s', async (filename, contentType, kind) => {
    const file = { filename, contentType, content: 'YQ==' }
    const content = { kind: 'structured', text: 'x', headers: {}, attachments: [file] } as const
    expect(await send({ content })).toMatchObject({ kind })
  })

  it.each([
    [401, 'validation_error', 'API key is invalid', 'blocked'],
    [400, 'validation_error', 'API key is invalid', 'blocked'],
    [403, 'validation_error', 'The own.test domain is not verified.', 'blocked'],
    [403, 'suspended_api_key', 'suspended', 'blocked'],
    [429, 'daily_quota_exceeded', 'You have reached your daily quota.', 'blocked'],
    [429, 'monthly_quota_exceeded', 'You have reached your monthly quota.', 'blocked'],
    [429, 'rate_limit_exceeded', 'Too many requests', 'deferred'],
    [409, 'concurrent_idempotent_requests', 'in progress', 'deferred'],
    [422, 'invalid_from_address', 'Invalid `from` field.', 'rejected'],
    [422, 'validation_error', 'Invalid `to` field.', 'rejected'],
    [451, 'security_error', 'invalid characters', 'rejected'],
    [500, 'application_error', 'An unexpected error occurred.', 'ambiguous'],
  ])('takes %i %s (%s) for %s', async (status, name, message, kind) => {
    rig.remote.say(resendError(status, message, name))
    expect(await send()).toMatchObject({
      kind,
      reason: expect.stringContaining(message) as unknown,
    })
  })

  it('warns of a default sender whose domain Resend does not know, if the key may ask', async () => {
    const domains = [
      { name: 'own.test', status: 'verified' },
      { name: 'new.test', status: 'pending' },
    ]
    rig.remote.say(jsonAnswer(200, { object: 'list', data: domains }))
    expect(await rig.verify()).toEqual({ valid: true })
    for (const [address, isKnown] of [
      ['ann@own.test', true],
      ['ann@new.test', false],
    ] as const) {
      const other = open(rig.remote, { from: { address } })
      const warnings = [expect.stringContaining('new.test')]
      expect(await other.verify(patient)).toEqual({ valid: true, ...(!isKnown && { warnings }) })
      await other.close()
    }
  })
})
