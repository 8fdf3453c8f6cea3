import { describe, expect, it } from 'vitest'
import { postmarkEngine } from '../../engines/postmark.ts'
import { fakePostmark, postmarkError, postmarkYes } from '../remote/fake-postmark.ts'
import { jsonAnswer } from '../remote/fake-provider.ts'
import { engineContext } from './engine-context.ts'
import { testAtProvider, useProvider } from './provider-rig.ts'

const token = 'b0a1never-told-0123-4567-89ab'

type Fake = Awaited<ReturnType<typeof fakePostmark>>

const open = (remote: Fake, messageStream: string | null = null) =>
  postmarkEngine(
    engineContext({
      settings: { postmark: { messageStream } },
      secrets: { 'postmark.serverToken': token },
      deployed: { apiUrls: { postmark: remote.server.url } },
    }),
  )

const atPostmark = { start: fakePostmark, open }

testAtProvider('postmark', atPostmark, [token], {
  skip: {
    'hands over exactly the bytes it was given': 'Postmark builds the email from its parts',
    'sends with an empty envelope sender': 'Postmark chooses MAIL FROM itself',
  },
})

describe('the Postmark engine', () => {
  const rig = useProvider(atPostmark)
  const { send, mailOf } = rig

  const pair = { envelope: { from: 'ann@own.test', to: ['bob@example.test', 'Cid@example.test'] } }

  it('keeps the Message-ID, and tells the id that Postmark gave the email', async () => {
    const remoteId = 'b7bc2f4a-e38e-4336-af7d-e6c392c2f817'
    expect(await send({ messageId: '<mine@own.test>' })).toEqual({ kind: 'sent', remoteId })
    expect(rig.remote.mails[0]!.Headers).toEqual(
      expect.arrayContaining([
        { Name: 'X-PM-KeepID', Value: 'true' },
        { Name: 'Message-ID', Value: '<mine@own.test>' },
      ]),
    )
  })

  it('quotes names that need it', async () => {
    const mail = await mailOf({
      to: [
        { address: 'bob@example.test', name: 'Doe, "Bob"' },
        { address: 'Cid@example.test', name: 'Größe' },
      ],
      ...pair,
    })
    expect(mail.To).toBe(String.raw`"Doe, \"Bob\"" <bob@example.test>, Größe <Cid@example.test>`)
  })

  it('sends a category as the tag, and what fits of the other tags as metadata', async () => {
    const tags = [
      { name: 'category', value: 'News letter' },
      { name: 'team', value: 'blue' },
      { name: 'x'.repeat(21), value: 'too long a name' },
      { name: 'long', value: 'x'.repeat(81) },
      ...Array.from({ length: 12 }, (_, i) => ({ name: `n${i}`, value: 'x' })),
    ]
    const mail = await mailOf({ id: 'the-id', tags })
    expect(mail.Tag).toBe('News letter')
    expect(mail.Metadata).toMatchObject({ team: 'blue', n7: 'x', postern_id: 'the-id' })
    expect(Object.keys(mail.Metadata)).toHaveLength(10)
  })

  it('sends with the message stream of the settings, and is blocked by one that is not there', async () => {
    rig.use(open(rig.remote, 'broadcast'))
    expect((await mailOf({})).MessageStream).toBe('broadcast')
    rig.use(open(rig.remote, 'gone'))
    expect(await send()).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining("'gone'") as unknown,
    })
  })

  it('sends an invitation with its method', async () => {
    const contentType = 'text/calendar; charset=utf-8; method=REQUEST'
    const file = { filename: 'invite.ics', content: 'YQ==', contentType }
    const mail = await mailOf({
      content: { kind: 'structured', text: 'x', headers: {}, attachments: [file] },
    })
    expect(mail.Attachments).toEqual([
      { Name: 'invite.ics', Content: 'YQ==', ContentType: contentType },
    ])
  })

  it('tells recipients whom Postmark leaves out as rejected, one by one', async () => {
    const message =
      'Message OK, but will not deliver to these inactive addresses: cid@example.test. Inactive recipients are ones that have generated a hard bounce or a spam complaint.'
    rig.remote.say(postmarkYes(message))
    expect(await send(pair)).toMatchObject({
      kind: 'sent',
      refused: [{ address: 'Cid@example.test', kind: 'rejected', reason: message }],
    })
  })

  it('sends to the others when Postmark takes one recipient for no address', async () => {
    rig.remote.say(postmarkError(300, "Invalid 'To' address: 'cid@example.test'."))
    expect(await send(pair)).toMatchObject({
      kind: 'deferred',
      refused: [{ address: 'Cid@example.test', kind: 'rejected' }],
    })
    expect(
      await send({ envelope: { from: 'ann@own.test', to: ['cid@example.test'] } }),
    ).toMatchObject({ kind: 'rejected' })
  })

  it.each([
    [401, 10, 'Bad or missing Server API token.', 'blocked'],
    [422, 10, 'Bad or missing Server API token.', 'blocked'],
    [422, 100, 'Maintenance', 'deferred'],
    [422, 300, "Invalid 'From' address.", 'rejected'],
    [422, 400, "The 'From' address is not a Sender Signature.", 'blocked'],
    [422, 401, 'Sender signature not confirmed.', 'blocked'],
    [422, 402, 'Invalid JSON', 'rejected'],
    [422, 405, 'Not allowed to send: credits', 'blocked'],
    [422, 406, 'You tried to send to recipient(s) that have been marked as inactive.', 'rejected'],
    [422, 411, 'Forbidden attachment type', 'rejected'],
    [422, 412, 'Your account is pending approval.', 'blocked'],
    [422, 413, 'Account May Not Send', 'blocked'],
    [413, 0, 'Payload Too Large', 'rejected'],
    [429, 429, 'Rate limit exceeded', 'deferred'],
    [500, 0, 'Internal Server Error', 'ambiguous'],
    [503, 100, 'Service Unavailable', 'deferred'],
  ])('takes %i with the code %i (%s) for %s', async (status, code, message, kind) => {
    rig.remote.say(postmarkError(code, message, status))
    expect(await send()).toMatchObject({
      kind,
      reason: expect.stringContaining(message) as unknown,
    })
  })

  it('warns of a server that is a sandbox', async () => {
    rig.remote.say(jsonAnswer(200, { ID: 1, DeliveryType: 'Sandbox' }))
    expect(await rig.verify()).toEqual({
      valid: true,
      warnings: [expect.stringContaining('sandbox')],
    })
  })
})
