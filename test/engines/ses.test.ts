import { afterEach, describe, expect, it, vi } from 'vitest'
import { sesEngine } from '../../engines/ses.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import { readRawRequest } from '../../mail/request/raw-request.ts'
import { parcelOf, settingsOf } from '../mail/compose/composing.ts'
import { testParcel } from '../parcels.ts'
import { fakeSes, json, sesError, sesYes, type SesMail } from '../remote/fake-ses.ts'
import { useAws, awsSecret } from './aws-environment.ts'
import { engineContext } from './engine-context.ts'
import { testAtProvider, useProvider } from './provider-rig.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const atSes = {
  async start() {
    const remote = await fakeSes()
    useAws(remote.server.url)
    return remote
  },
  open: () => sesEngine(engineContext()),
}

testAtProvider('ses', atSes, [awsSecret], {
  skip: { 'sends with an empty envelope sender': 'SES chooses MAIL FROM itself' },
})

describe('the SES engine', () => {
  const rig = useProvider(atSes)
  const { send, mailOf } = rig
  const open = (settings: SavedSettings = {}) => rig.use(sesEngine(engineContext({ settings })))

  const say = (bytes: string) => {
    rig.remote.server.script = () => ({ say: bytes })
  }

  it('tells the id that SES gave the email', async () => {
    expect(await send()).toEqual({ kind: 'sent', remoteId: 'ses-0001' })
  })

  it('gives SES the envelope as blind recipients only, so that it shows no one', async () => {
    const mail = await mailOf({ envelope: { from: 'ann@own.test', to: ['x@a.test', 'y@b.test'] } })
    expect(mail.Destination).toEqual({ BccAddresses: ['x@a.test', 'y@b.test'] })
  })

  it('gives SES 50 recipients at a time, and says who goes with the next request', async () => {
    const to = Array.from({ length: 60 }, (_, i) => `r${i}@there.test`)
    const outcome = await send({ envelope: { from: 'ann@own.test', to } })
    expect(rig.remote.mails[0]!.Destination).toEqual({ BccAddresses: to.slice(0, 50) })
    const refused = to.slice(50).map((address) => ({ address, kind: 'deferred', atOnce: true }))
    expect(outcome).toMatchObject({ kind: 'sent', refused })
  })

  it('names for bounces only an address that SES knows with the sender', async () => {
    const bouncesOf = async (from: string, parts: Partial<Parcel> = {}) => {
      await send({ ...parts, envelope: { from, to: ['x@a.test'] } })
      return rig.remote.mails.at(-1)!.FeedbackForwardingEmailAddress
    }
    const parts = { from: { address: 'ann@own.test' } }
    expect(await bouncesOf('b@own.test', parts)).toBe('b@own.test')
    expect(await bouncesOf('b@bounce.own.test', parts)).toBe('b@bounce.own.test')
    expect(await bouncesOf('list+x=a.test@elsewhere.test', parts)).toBeUndefined()
    expect(await bouncesOf('', parts)).toBeUndefined()
    const sender = { address: 'no-reply@other.test' }
    expect(await bouncesOf('no-reply@other.test', { ...parts, sender })).toBe(sender.address)
  })

  it('repeats From with its name, because SES replaces the header by it', async () => {
    const mail = await mailOf({ from: { address: 'ann@own.test', name: 'Änn' } })
    expect(mail.FromEmailAddress).toBe('=?UTF-8?Q?=C3=84nn?= <ann@own.test>')
    expect(mail.FeedbackForwardingEmailAddress).toBeUndefined()
  })

  it('leaves an email of several authors to an engine that keeps them all', async () => {
    const byMail = async (from: string, settings: SavedSettings = {}) => {
      const mime = Buffer.from(`From: ${from}\r\nSender: ann@own.test\r\n\r\nhello`)
      const read = readRawRequest(mime, { from: 'ann@own.test', to: ['x@a.test'] })
      if ('faults' in read) throw new Error(JSON.stringify(read.faults))
      return send(parcelOf(read.request, settingsOf(settings)))
    }
    const several = 'Ann <ann@own.test>, Bob <bob@own.test>'
    expect(await byMail(several)).toEqual({
      kind: 'rejected',
      reason: 'ses cannot carry this email unchanged: it has several authors',
      elsewhere: true,
    })
    expect(rig.remote.mails).toEqual([])
    expect(await byMail('Ann, B. <ann@own.test> (Sales)')).toMatchObject({ kind: 'sent' })
    const policy = { fromPolicy: 'default', from: { address: 'own@own.test' } } as const
    expect(await byMail(several, policy)).toMatchObject({ kind: 'sent' })
    expect(rig.remote.mails).toHaveLength(2)
  })

  it('sends bounces to the envelope sender where that is another address', async () => {
    const mail = await mailOf({ envelope: { from: 'bounce@own.test', to: ['x@a.test'] } })
    expect(mail.FromEmailAddress).toBe('ann@own.test')
    expect(mail.FeedbackForwardingEmailAddress).toBe('bounce@own.test')
  })

  it('tags the email with our id, whatever the tags of the caller say', async () => {
    const tags = Array.from({ length: 60 }, (_, i) => ({
      name: i ? `t${i}` : 'postern_id',
      value: 'x',
    }))
    const mail = await mailOf({ id: 'the-id', tags })
    expect(mail.EmailTags).toHaveLength(50)
    expect(mail.EmailTags[0]).toEqual({ Name: 'postern_id', Value: 'the-id' })
    expect(mail.EmailTags.filter(({ Name }) => Name === 'postern_id')).toHaveLength(1)
    expect(mail.EmailTags[1]).toEqual({ Name: 't1', Value: 'x' })
  })

  it('spells tags in the characters that SES takes, and each name once', async () => {
    const tags = [
      { name: 'category', value: 'News letter' },
      { name: 'category', value: 'größer' },
      { name: 'order id', value: 'a@b.c-1' },
      { name: 'empty', value: '' },
      { name: 'long', value: 'x'.repeat(300) },
    ]
    const mail = await mailOf({ tags })
    expect(mail.EmailTags.slice(1)).toEqual([
      { Name: 'category', Value: 'News_letter' },
      { Name: 'category_2', Value: 'gr__er' },
      { Name: 'order_id', Value: 'a_b_c-1' },
      { Name: 'long', Value: 'x'.repeat(255) },
    ])
  })

  it('leaves with our tag alone when SES refuses one, rather than not at all', async () => {
    const sent: SesMail[] = []
    rig.remote.server.script = ({ whole, body }) => {
      if (!whole) return undefined
      sent.push(JSON.parse(String(body)) as SesMail)
      const words = 'Duplicate tag name <plan>'
      return { say: sent.length === 1 ? sesError(400, 'BadRequestException', words) : sesYes }
    }
    const tags = [{ name: 'plan', value: 'a' }]
    expect(await send({ ...testParcel(), tags })).toMatchObject({ kind: 'sent' })
    expect(sent.map(({ EmailTags }) => EmailTags.map(({ Name }) => Name))).toEqual([
      ['postern_id', 'plan'],
      ['postern_id'],
    ])
  })

  it.each([
    ['another sender', 'other.test', 'ann@other.test', { doubtful: true, ofSender: true }],
    ['the default sender', 'own.test', 'ann@own.test', {}],
    ['the domain of the default sender, for another', 'own.test', 'ann@other.test', {}],
    ['a recipient, from the default sender', 'a.test', 'ann@own.test', {}],
  ])('blocks the engine for a denial that names %s only where all depend on it', async (...row) => {
    const [, identity, address, more] = row
    open({ from: { address: 'no-reply@own.test' } })
    const arn = `arn:aws:ses:eu-west-1:123456789012:identity/${identity}`
    const words = `User \`x' is not authorized to perform \`ses:SendRawEmail' on resource \`${arn}'`
    say(sesError(403, 'AccessDeniedException', words))
    const reason = expect.stringContaining(arn) as unknown
    const outcome = await send({ ...testParcel(), from: { address } })
    expect(outcome).toEqual({ kind: 'blocked', reason, ...more })
  })

  it('names the configuration set that is set, and none otherwise', async () => {
    expect(await mailOf({})).not.toHaveProperty('ConfigurationSetName')
    open({ ses: { configurationSet: 'events' } })
    await send()
    expect(rig.remote.mails[1]!.ConfigurationSetName).toBe('events')
  })

  it('names the identity of another account and the tenant where they are set', async () => {
    const identityArn = 'arn:aws:ses:eu-west-1:111122223333:identity/example.com'
    open({ ses: { identityArn, tenant: 'shop' } })
    await send()
    expect(rig.remote.mails[0]).toMatchObject({
      FromEmailAddressIdentityArn: identityArn,
      TenantName: 'shop',
    })
  })

  it('signs for the Region that is set', async () => {
    open({ ses: { region: 'ap-southeast-2' } })
    await send()
    expect(rig.remote.regions).toEqual(['ap-southeast-2'])
  })

  it.each([
    [429, 'TooManyRequestsException', 'Maximum sending rate exceeded.', 'deferred'],
    [400, 'ThrottlingException', 'Maximum sending rate exceeded', 'deferred'],
    [400, 'Throttling', 'Rate exceeded', 'deferred'],
    [429, 'TooManyRequestsException', 'Daily message quota exceeded.', 'blocked'],
    [400, 'LimitExceededException', 'too many of something', 'blocked'],
    [400, 'SendingPausedException', 'Email sending is paused', 'blocked'],
    [400, 'AccountSuspendedException', 'suspended', 'blocked'],
    [400, 'MailFromDomainNotVerifiedException', 'not verified', 'blocked'],
    [404, 'NotFoundException', 'Configuration set <events> does not exist.', 'blocked'],
    [403, 'AccessDeniedException', 'not authorized', 'blocked'],
    [403, 'UnrecognizedClientException', 'The security token is invalid.', 'blocked'],
    [403, 'ExpiredTokenException', 'The security token is expired', 'blocked'],
    [400, 'MessageRejected', 'Email address is not verified. The following: x@a.test', 'blocked'],
    [400, 'MessageRejected', 'Email contains a virus', 'rejected'],
    [400, 'BadRequestException', 'Missing final @domain', 'rejected'],
    [413, 'RequestEntityTooLarge', 'too large', 'rejected'],
    [500, 'InternalFailure', 'unknown', 'ambiguous'],
    [503, 'ServiceUnavailable', 'come back', 'deferred'],
  ])('takes %i %s "%s" for %s', async (status, name, words, kind) => {
    say(sesError(status, name, words))
    const outcome = await send()
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining(words) as unknown })
    expect(rig.remote.attempts).toBe(1)
  })

  it('takes a recipient that the sandbox refuses for a matter of this email alone', async () => {
    const words =
      'Email address is not verified. The following identities failed the check in region'
    const { envelope, from } = testParcel()
    say(sesError(400, 'MessageRejected', `${words} EU-WEST-1: ${envelope.to[0]!.toUpperCase()}`))
    expect(await send()).toMatchObject({ kind: 'rejected' })
    say(sesError(400, 'MessageRejected', `${words} EU-WEST-1: ${envelope.to[0]}, ${from.address}`))
    expect(await send()).toMatchObject({ kind: 'blocked' })
  })

  it('asks for credentials again after they were refused', async () => {
    say(sesError(403, 'ExpiredTokenException', 'The security token is expired'))
    await send()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIARENEWED')
    say(sesYes)
    expect(await send()).toMatchObject({ kind: 'sent' })
    expect(rig.remote.server.requests[1]!.headers['authorization']).toContain('AKIARENEWED')
  })

  it('sets its clock by the answer when SES finds the signature too old or too new', async () => {
    const tomorrow = Date.now() + 86_400_000
    say(
      json(
        403,
        { message: 'Signature not yet current' },
        {
          'x-amzn-ErrorType': 'InvalidSignatureException',
          Date: new Date(tomorrow).toUTCString(),
        },
      ),
    )
    expect(await send()).toMatchObject({ kind: 'deferred' })
    say(sesYes)
    await send()
    const signedOn = rig.remote.server.requests[1]!.headers['x-amz-date']!
    expect(signedOn.slice(0, 8)).toBe(
      new Date(tomorrow).toISOString().slice(0, 10).replaceAll('-', ''),
    )
  })

  it('is blocked without credentials and says how to get some', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
    expect(await send()).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining('AWS_ACCESS_KEY_ID') as unknown,
    })
    expect(rig.remote.server.connections).toBe(0)
  })

  it('is blocked without a region and says so', async () => {
    vi.stubEnv('AWS_REGION', undefined)
    open()
    expect(await send()).toMatchObject({
      kind: 'blocked',
      reason: 'no AWS region: set AWS_REGION',
    })
  })

  it('keeps the deadline while the SDK still looks for credentials', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined)
    // Where a container's role would come from: it takes the question and says nothing.
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${rig.remote.server.url}/credentials`)
    open()
    const abort = new AbortController()
    void rig.remote.hang().then(() => abort.abort())
    expect(await rig.send({}, abort.signal)).toEqual({
      kind: 'deferred',
      reason: 'no AWS credentials before the deadline',
    })
  })
})
