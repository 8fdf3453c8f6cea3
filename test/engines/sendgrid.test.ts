import { describe, expect, it } from 'vitest'
import { sendgridEngine } from '../../engines/sendgrid.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import { testParcel } from '../parcels.ts'
import { errors, fakeSendGrid, type FakeSendGrid } from '../remote/fake-sendgrid.ts'
import { answer } from '../remote/http-server.ts'
import { engineContext } from './engine-context.ts'
import { patient, testAtProvider, useProvider } from './provider-rig.ts'

const apiKey = 'SG.never-told.0123456789'

const open = (remote: FakeSendGrid, sandbox = false, key = apiKey) =>
  sendgridEngine(
    engineContext({
      settings: { sendgrid: { sandbox } },
      secrets: key === '' ? {} : { 'sendgrid.apiKey': key },
      deployed: { apiUrls: { sendgrid: remote.server.url } },
    }),
  )

const atSendGrid = { start: fakeSendGrid, open }

testAtProvider('sendgrid', atSendGrid, [apiKey], {
  skip: {
    'hands over exactly the bytes it was given': 'SendGrid builds the email from its parts',
    'sends with an empty envelope sender': 'SendGrid chooses MAIL FROM itself',
  },
})

describe('the SendGrid engine', () => {
  const rig = useProvider(atSendGrid)
  const { send, mailOf } = rig

  const boxes = (...addresses: string[]) => addresses.map((address) => ({ address }))
  const emails = (...addresses: string[]) => addresses.map((email) => ({ email }))
  const envelope = (...to: string[]) => ({ from: 'ann@own.test', to })

  it('tells the id that SendGrid gave the email', async () => {
    expect(await send()).toEqual({ kind: 'sent', remoteId: 'sg-0001' })
  })

  it('carries the id of the email in a header and in the events to come', async () => {
    const mail = await mailOf({ id: 'the-id' })
    expect(mail.headers['X-Postern-Id']).toBe('the-id')
    expect(mail.custom_args['postern_id']).toBe('the-id')
  })

  it('sends tags named category as categories: ten, each once, in ASCII', async () => {
    const values = ['News letter', 'News letter', 'größer', ...'abcdefghijk']
    const mail = await mailOf({ tags: values.map((value) => ({ name: 'category', value })) })
    expect(mail.categories).toEqual(['News letter', ...'abcdefghi'])
    expect(mail.custom_args).not.toHaveProperty('category')
  })

  it('sends tags with the email, but none that would hide a field of an event or our id', async () => {
    const tags = ['team', 'postern_id', 'event', 'sg_message_id'].map((name) => ({
      name,
      value: 'x',
    }))
    const mail = await mailOf({ id: 'the-id', tags })
    expect(mail.custom_args).toEqual({ team: 'x', postern_id: 'the-id' })
  })

  it('divides the envelope into To, Cc and Bcc, each address once, and leaves out who is not in it', async () => {
    const mail = await mailOf({
      to: [{ address: 'bob@example.test', name: 'Bob, "B"' }, ...boxes('gone@example.test')],
      cc: boxes('cid@example.test', 'Bob@example.test', 'elsewhere@example.test'),
      envelope: envelope('bob@example.test', 'cid@example.test', 'hidden@example.test'),
    })
    expect(mail.personalizations).toEqual([
      {
        to: [{ email: 'bob@example.test', name: String.raw`"Bob, \"B\""` }],
        cc: emails('cid@example.test'),
        bcc: emails('hidden@example.test'),
      },
    ])
  })

  it('moves Cc to To when no To recipient is in the envelope', async () => {
    const mail = await mailOf({
      cc: boxes('cid@example.test', 'dan@example.test'),
      envelope: envelope('dan@example.test', 'cid@example.test', 'hidden@example.test'),
    })
    expect(mail.personalizations).toEqual([
      { to: emails('cid@example.test', 'dan@example.test'), bcc: emails('hidden@example.test') },
    ])
  })

  it('gives hidden recipients copies of their own when no one else is left', async () => {
    const mail = await mailOf({ envelope: envelope('one@hidden.test', 'two@hidden.test') })
    expect(mail.personalizations).toEqual([
      { to: emails('one@hidden.test') },
      { to: emails('two@hidden.test') },
    ])
  })

  it('names From, Sender and Reply-To as the From policy has them', async () => {
    const mail = await mailOf({
      from: { address: 'ann@own.test', name: 'Ann Ä' },
      sender: { address: 'no-reply@own.test', name: 'Dienst für alle' },
      replyTo: [{ address: 'desk@own.test', name: 'Desk' }],
    })
    expect(mail.from).toEqual({ email: 'ann@own.test', name: 'Ann Ä' })
    expect(mail.headers['Sender']).toBe('=?UTF-8?Q?Dienst_f=C3=BCr_alle?= <no-reply@own.test>')
    expect(mail.reply_to).toEqual({ email: 'desk@own.test', name: 'Desk' })
  })

  it('names several addresses in Reply-To', async () => {
    const mail = await mailOf({ replyTo: boxes('one@own.test', 'two@own.test') })
    expect(mail.reply_to).toBeUndefined()
    expect(mail.reply_to_list).toEqual(emails('one@own.test', 'two@own.test'))
  })

  it('encodes headers, which SendGrid leaves to the caller', async () => {
    const mail = await mailOf({ headers: { 'X-Where': 'Köln', 'X-Plain': 'a  b' } })
    expect(mail.headers).toMatchObject({ 'X-Where': '=?UTF-8?Q?K=C3=B6ln?=', 'X-Plain': 'a  b' })
  })

  it('never makes a header of the email one of the request to SendGrid', async () => {
    const headers = { Authorization: 'Bearer evil', 'On-Behalf-Of': 'someone', Host: 'evil.test' }
    await mailOf({ headers })
    const { requests } = rig.remote.server
    expect(requests[0]!.headers).toMatchObject({ authorization: `Bearer ${apiKey}` })
    expect(requests[0]!.headers['host']).toMatch(/^127\.0\.0\.1:/)
    expect(requests[0]!.headers['on-behalf-of']).toBeUndefined()
  })

  it('puts text before html, and derives the text that is missing', async () => {
    const content = {
      kind: 'structured',
      html: '<p>Hi <b>you</b></p>',
      headers: {},
      attachments: [],
    }
    const mail = await mailOf({ content: content as Parcel['content'] })
    expect(mail.content).toEqual([
      { type: 'text/plain', value: 'Hi you' },
      { type: 'text/html', value: '<p>Hi <b>you</b></p>' },
    ])
  })

  it('sends no text part where the caller wants none', async () => {
    const content = {
      kind: 'structured',
      html: '<p>Hi</p>',
      text: '',
      headers: {},
      attachments: [],
    }
    const mail = await mailOf({ content: content as Parcel['content'] })
    expect(mail.content).toEqual([{ type: 'text/html', value: '<p>Hi</p>' }])
  })

  it('sends attachments and inline images', async () => {
    const attachments = [
      { filename: 'a.txt', content: 'YQ==', contentType: 'text/plain; charset=utf-8' },
      { filename: 'b.png', content: 'Yg==', contentType: 'image/png', contentId: 'logo' },
    ]
    const mail = await mailOf({
      content: { kind: 'structured', text: 'x', headers: {}, attachments },
    })
    expect(mail.attachments).toEqual([
      { filename: 'a.txt', content: 'YQ==', type: 'text/plain', disposition: 'attachment' },
      {
        filename: 'b.png',
        content: 'Yg==',
        type: 'image/png',
        disposition: 'inline',
        content_id: 'logo',
      },
    ])
  })

  it('takes a raw email apart', async () => {
    const mime = [
      'From: x@elsewhere.test',
      'Message-ID: <1@x.test>',
      'X-Kept: yes',
      'Received: from x by y',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Grüße</p>',
      '--b',
      'Content-Type: image/png',
      'Content-ID: <logo>',
      'Content-Disposition: inline; filename=l.png',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw0KGgo=',
      '--b--',
      '',
    ].join('\r\n')
    const mail = await mailOf({
      content: { kind: 'raw', mime: Buffer.from(mime).toString('base64') },
      composed: async () => Buffer.from(mime),
    })
    expect(mail.content.find(({ type }) => type === 'text/html')?.value.trim()).toBe('<p>Grüße</p>')
    expect(mail.headers).toEqual({ 'X-Kept': 'yes', 'X-Postern-Id': testParcel().id })
    expect(mail.attachments).toEqual([
      {
        filename: 'l.png',
        content: 'iVBORw0KGgo=',
        type: 'image/png',
        disposition: 'inline',
        content_id: 'logo',
      },
    ])
  })

  it('tells the fields that SendGrid complains about', async () => {
    const errorsGiven = [
      { message: 'is not an address', field: 'personalizations.0.to.0.email' },
      { message: 'is required', field: 'subject' },
    ]
    rig.remote.server.script = () => ({ say: answer(400, JSON.stringify({ errors: errorsGiven })) })
    expect(await send()).toEqual({
      kind: 'rejected',
      reason:
        'SendGrid answered 400: personalizations.0.to.0.email: is not an address; subject: is required',
    })
  })

  it('is blocked by an unverified sender, which is no fault of the email', async () => {
    const words = 'The from address does not match a verified Sender Identity.'
    rig.remote.server.script = () => ({ say: errors(403, words, 'from') })
    expect(await send()).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining(words) as unknown,
    })
  })

  it('waits for the time at which SendGrid lets requests through again', async () => {
    const { clock, ...context } = engineContext({
      secrets: { 'sendgrid.apiKey': apiKey },
      deployed: { apiUrls: { sendgrid: rig.remote.server.url } },
    })
    const resets = (seconds: number) => String(Math.floor(clock.now() / 1_000) + seconds)
    for (const [value, wait] of [
      [resets(30), 30],
      [resets(-30), undefined],
      ['soon', undefined],
    ]) {
      const headers = { 'X-RateLimit-Reset': String(value) }
      rig.remote.server.script = () => ({ say: answer(429, '', headers) })
      const limited = sendgridEngine({ ...context, clock })
      expect(await limited.send(testParcel(), patient)).toMatchObject({
        kind: 'deferred',
        retryAfterSeconds: wait,
      })
      await limited.close()
    }
  })

  it('says that the sandbox sent nothing', async () => {
    rig.use(open(rig.remote, true))
    rig.remote.server.script = () => ({ say: answer(200) })
    expect(await send()).toMatchObject({
      kind: 'discarded',
      reason: expect.stringMatching(/sandbox/) as unknown,
    })
    const body = JSON.parse(String(rig.remote.server.requests[0]!.body)) as {
      mail_settings: unknown
    }
    expect(body.mail_settings).toEqual({ sandbox_mode: { enable: true } })
  })

  it.each(['', 'SG.with a blank', 'SG.ünicode'])(
    'is blocked without a usable key: %j',
    async (key) => {
      rig.use(open(rig.remote, false, key))
      expect(await send()).toMatchObject({
        kind: 'blocked',
        reason: expect.stringMatching(/API key/) as unknown,
      })
      expect(await rig.verify()).toMatchObject({ valid: false })
      expect(rig.remote.server.connections).toBe(0)
    },
  )

  it('does not tell the key that an answer echoes', async () => {
    rig.remote.server.script = () => ({ say: errors(401, `no such key: ${apiKey}`) })
    const { reason } = await send()
    expect(reason).toContain('no such key: [key]')
  })

  it('finds a key without the right to send not valid', async () => {
    rig.remote.server.script = () => ({
      say: answer(200, JSON.stringify({ scopes: ['stats.read'] })),
    })
    expect(await rig.verify()).toMatchObject({
      valid: false,
      reason: expect.stringContaining('mail.send') as unknown,
    })
  })

  it('keeps the path of a base URL, with or without a slash at its end', async () => {
    for (const end of ['/proxy', '/proxy/']) {
      const context = engineContext({
        secrets: { 'sendgrid.apiKey': apiKey },
        deployed: { apiUrls: { sendgrid: `${rig.remote.server.url}${end}` } },
      })
      const proxied = sendgridEngine(context)
      await proxied.verify(patient)
      await proxied.close()
    }
    expect(rig.remote.server.requests.map(({ path }) => path)).toEqual(
      Array.from({ length: 2 }, () => '/proxy/v3/scopes'),
    )
  })
})
