import { describe, expect, it } from 'vitest'
import type { Content, Email } from '../../../mail/email/email.ts'
import { contentKey } from '../../../mail/content.ts'
import { openApi, said, type OpenApi } from '../open-api.ts'

/** The least that SendGrid takes. */
const mail = {
  personalizations: [{ to: [{ email: 'b@example.com' }] }],
  from: { email: 'a@acme.test' },
  subject: 'Hi',
  content: [{ type: 'text/plain', value: 'Hello' }],
}

/** `mail` with a change in its one personalization. */
const personal = (change: object) => ({
  ...mail,
  personalizations: [{ ...mail.personalizations[0], ...change }],
})

const attached = (change: object) => ({
  ...mail,
  attachments: [{ content: 'YQ==', filename: 'a.txt', ...change }],
})

interface SendGridErrors {
  readonly errors: readonly { message: string; field: string | null; help: null }[]
}

async function refused(api: OpenApi, body: unknown, headers?: Record<string, string>) {
  const [status, answer] = await said(api.post('/v3/mail/send', body, headers))
  return { status, errors: (answer as unknown as SendGridErrors).errors }
}

async function sent(api: OpenApi, body: object, headers?: Record<string, string>): Promise<Email> {
  const answer = await api.post('/v3/mail/send', body, headers)
  expect([answer.status, await answer.text()]).toEqual([202, ''])
  return (await api.postern.emails.get(answer.headers.get('x-message-id')!))!
}

async function contentOf({ postern }: OpenApi, { id }: Email) {
  const bytes = await postern.blobs.get(contentKey(id))
  return JSON.parse(Buffer.from(bytes!).toString()) as Content & { kind: 'structured' }
}

const all = async ({ postern }: OpenApi) => (await postern.emails.list({ limit: 100 })).data

describe('POST /v3/mail/send', () => {
  it('answers 202 with nothing but an id without dots, once record and job are kept', async () => {
    const api = openApi()
    const email = await sent(api, mail)
    expect(email).toMatchObject({
      state: 'queued',
      subject: 'Hi',
      recipients: [{ address: 'b@example.com' }],
    })
    expect(email.id).not.toContain('.')
    expect((await api.postern.queue.depth(api.clock.now())).depth).toBe(1)
  })

  it('takes every field that Postern has a place for', async () => {
    const api = openApi()
    const dueAt = api.clock.now() / 1_000 + 3_600
    const email = await sent(api, {
      personalizations: [
        {
          to: [{ email: 'to@example.com', name: 'Tö' }],
          cc: [{ email: 'cc@example.com' }],
          bcc: [{ email: 'bcc@example.com' }],
          from: { email: 'own@acme.test', name: 'Own' },
          subject: 'Own subject',
          headers: { 'x-ref': 'own' },
          custom_args: { order: '2' },
          send_at: dueAt,
        },
      ],
      from: { email: 'a@acme.test' },
      reply_to_list: [{ email: 'r1@acme.test' }, { email: 'r2@acme.test', name: 'Two' }],
      subject: 'Hi',
      content: [
        { type: 'text/plain', value: 'Hello' },
        { type: 'text/html', value: '<img src="cid:logo">' },
      ],
      attachments: [
        { content: 'YQ==', filename: 'a.bin', type: 'application/x-thing' },
        { content: 'Yg==', filename: 'logo.png', disposition: 'inline', content_id: 'logo' },
        { content: 'Yw==', filename: 'c.png', contentId: 'listed' },
        { content: 'ZA==', filename: 'd.png', disposition: 'inline', contentId: 'other' },
      ],
      headers: { 'X-Ref': 'all', 'X-Other': 'o' },
      categories: ['News letter', 'b'],
      custom_args: { order: '1', shop: 's' },
      send_at: dueAt + 100,
      ip_pool_name: 'pool',
      mail_settings: { bypass_list_management: { enable: true }, footer: { enable: false } },
      tracking_settings: { click_tracking: { enable: true, enable_text: false } },
    })
    expect(email).toMatchObject({
      from: { address: 'own@acme.test', name: 'Own' },
      to: [{ address: 'to@example.com', name: 'Tö' }],
      cc: [{ address: 'cc@example.com' }],
      bcc: [{ address: 'bcc@example.com' }],
      replyTo: [{ address: 'r1@acme.test' }, { address: 'r2@acme.test', name: 'Two' }],
      subject: 'Own subject',
      tags: [
        { name: 'category', value: 'News letter' },
        { name: 'category', value: 'b' },
        { name: 'order', value: '2' },
        { name: 'shop', value: 's' },
      ],
      state: 'scheduled',
      dueAt: dueAt * 1_000,
    })
    expect(await contentOf(api, email)).toEqual({
      kind: 'structured',
      text: 'Hello',
      html: '<img src="cid:logo">',
      headers: { 'X-Other': 'o', 'x-ref': 'own' },
      attachments: [
        { content: 'YQ==', filename: 'a.bin', contentType: 'application/x-thing' },
        { content: 'Yg==', filename: 'logo.png', contentType: 'image/png', contentId: 'logo' },
        { content: 'Yw==', filename: 'c.png', contentType: 'image/png' },
        { content: 'ZA==', filename: 'd.png', contentType: 'image/png', contentId: 'other' },
      ],
    })
  })

  it('takes an invitation and AMP as content, and the parameters of types', async () => {
    const api = openApi()
    const invitation = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n'
    const type = 'text/calendar; method=CANCEL'
    const email = await sent(api, {
      ...personal({ substitutions: { '-who-': 'Ann' } }),
      content: [
        { type: 'text/plain', value: 'Hello' },
        { type: 'text/x-amp-html', value: '<html amp4email>-who-' },
        { type: 'text/html', value: '<p>Hello' },
        { type: 'text/calendar', value: invitation },
      ],
      attachments: [{ content: 'YQ==', filename: 'a.ics', type, content_id: 'My File' }],
    })
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const [amp, calendar] = ['text/x-amp-html; charset=utf-8', 'text/calendar; charset=utf-8']
    expect((await contentOf(api, email)).attachments).toEqual([
      { content: 'YQ==', filename: 'a.ics', contentType: type },
      { filename: 'amp.html', contentType: amp, content: base64('<html amp4email>Ann') },
      {
        filename: 'invite.ics',
        contentType: `${calendar}; method=REQUEST`,
        content: base64(invitation),
      },
    ])
  })

  it('takes an attachment that was uploaded ahead of it, and no other', async () => {
    const api = openApi()
    const wish = { size: 3, content_type: 'text/plain', filename: 'a.txt' }
    const [, { id: upload, url }] = await said(api.post('/v1/uploads', wish))
    await api.fetch(new URL(url as string).pathname, { method: 'PUT', body: 'abc' })
    const email = await sent(api, { ...mail, attachments: [{ upload, filename: 'b.txt' }] })
    expect((await contentOf(api, email)).attachments).toEqual([
      { content: 'YWJj', filename: 'b.txt', contentType: 'text/plain' },
    ])
    const unknown = { upload: '01900000-0000-7000-8000-000000000000', filename: 'b.txt' }
    expect(await refused(api, { ...mail, attachments: [unknown] })).toMatchObject({
      status: 400,
      errors: [{ field: 'attachments.0.upload' }],
    })
  })

  it('sends at once what should have left before', async () => {
    const api = openApi()
    expect(await sent(api, { ...mail, send_at: 1 })).toMatchObject({ scheduled: false })
  })

  it('sends from the default address when there is no from', async () => {
    const api = openApi()
    expect(await sent(api, { ...mail, from: undefined })).toMatchObject({ from: {} })
  })

  it('only checks in sandbox mode, and answers 200 with nothing', async () => {
    const api = openApi()
    const sandbox = { mail_settings: { sandbox_mode: { enable: true } } }
    const answer = await api.post('/v3/mail/send', { ...mail, ...sandbox })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('x-message-id')).toBeNull()
    expect((await refused(api, { ...mail, ...sandbox, subject: '' })).status).toBe(400)
    expect(await all(api)).toEqual([])
  })

  it('with the same Idempotency-Key is one email', async () => {
    const api = openApi()
    const key = { 'idempotency-key': 'order-1' }
    const first = await sent(api, mail, key)
    expect((await sent(api, mail, key)).id).toBe(first.id)
    const { status, errors } = await refused(api, { ...mail, subject: 'Other' }, key)
    expect([status, errors[0]!.field]).toEqual([409, null])
    expect(await all(api)).toHaveLength(1)
  })

  it('takes what libraries leave empty for absent', async () => {
    const api = openApi()
    const email = await sent(api, {
      ...personal({ cc: [], bcc: null, headers: [], send_at: null, substitutions: '' }),
      headers: { 'X-A': 1, 'X-B': false, 'X-C': null, 'X-D': '' },
      attachments: [],
      categories: [''],
      reply_to: null,
      template_id: '',
      batch_id: '',
      asm: null,
    })
    expect((await contentOf(api, email)).headers).toEqual({ 'X-A': '1', 'X-B': 'false' })
    expect(email.timeline).toEqual([{ at: api.clock.now(), what: 'accepted' }])
  })

  it('keeps a Message-ID, and leaves out what Postern writes, which the timeline tells', async () => {
    const api = openApi()
    const headers = {
      Date: 'today',
      Sender: 'b@acme.test',
      'Message-ID': '<1@{{desk}}>',
      'X-A': 'a',
    }
    const email = await sent(api, {
      ...personal({ substitutions: { '{{desk}}': 'desk.test' } }),
      headers,
    })
    expect(email).toMatchObject({
      messageId: '<1@desk.test>',
      timeline: [
        {
          what: 'accepted',
          reason:
            'left out: the header Date, which Postern writes; left out: the header Sender, which Postern writes',
        },
      ],
    })
    expect((await contentOf(api, email)).headers).toEqual({ 'X-A': 'a' })
  })

  it('does not put an Idempotency-Key into the email, where @sendgrid/mail has it from', async () => {
    const api = openApi()
    const email = await sent(api, { ...mail, headers: { 'Idempotency-Key': 'k', 'X-A': 'a' } })
    expect((await contentOf(api, email)).headers).toEqual({ 'X-A': 'a' })
  })
})

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
    expect((await api.postern.queue.depth(api.clock.now())).depth).toBe(3)
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
    expect((await api.postern.queue.depth(api.clock.now())).depth).toBe(1_000)
  })
})

describe('substitutions', () => {
  const template = {
    ...mail,
    subject: 'Hi {{name}}',
    content: [
      { type: 'text/plain', value: '{{name}} owes {{name}}s -sum- $& {{missing}}' },
      { type: 'text/html', value: '<b>{{name}}</b>' },
    ],
    headers: { 'X-Name': 'for {{name}}' },
  }
  const withThose = (substitutions: object) => ({
    ...template,
    personalizations: [{ ...mail.personalizations[0], substitutions }],
  })

  it('are made literally, once, in subject, text, html and header values', async () => {
    const api = openApi()
    const values = { '{{name}}': '$1 -sum-', '-sum-': '5 € {{name}}', '{{name}}s': 'longer' }
    const email = await sent(api, withThose(values))
    expect(email.subject).toBe('Hi $1 -sum-')
    expect(await contentOf(api, email)).toMatchObject({
      text: '$1 -sum- owes longer 5 € {{name}} $& {{missing}}',
      html: '<b>$1 -sum-</b>',
      headers: { 'X-Name': 'for $1 -sum-' },
    })
  })

  it.each([
    ['a second header', { '{{name}}': 'x\r\nBcc: evil@example.com' }, 'line break'],
    ['an empty subject', { 'Hi {{name}}': '' }, 'must not be empty'],
    ['a text without end', { ' ': 'x'.repeat(5_000), o: ' '.repeat(40) }, 'line|blanks|characters'],
  ])('cannot make %s', async (_what, values, words) => {
    const api = openApi()
    const { status, errors } = await refused(api, withThose(values))
    expect(status).toBe(400)
    expect(errors[0]).toMatchObject({
      field: 'personalizations.0.substitutions',
      message: expect.stringMatching(words) as string,
    })
    expect(await all(api)).toEqual([])
  })

  it('cannot fill the memory', async () => {
    const value = 'a'.repeat(1_000_000)
    const body = {
      ...mail,
      content: [{ type: 'text/plain', value }],
      personalizations: [{ ...mail.personalizations[0], substitutions: { a: 'x'.repeat(9_000) } }],
    }
    const { status, errors } = await refused(openApi(), body)
    expect([status, errors[0]!.field]).toEqual([400, 'personalizations.0.substitutions'])
  })
})

const to = (n: number) => Array.from({ length: n }, (_, i) => ({ email: `r${i}@example.com` }))
const long = (n: number) => 'x'.repeat(n)
const hour = 3_600

describe('a request that SendGrid would refuse', () => {
  it.each<[string, object, string]>([
    ['no personalizations', { ...mail, personalizations: undefined }, 'personalizations'],
    ['empty personalizations', { ...mail, personalizations: [] }, 'personalizations'],
    [
      'over 1000 personalizations',
      { ...mail, personalizations: Array(1_001).fill(mail.personalizations[0]) },
      'personalizations',
    ],
    [
      'over 1000 recipients in all',
      { ...mail, personalizations: Array(26).fill({ to: to(40) }) },
      'personalizations',
    ],
    ['over 1000 recipients in one', personal({ to: to(1_001) }), 'personalizations.0.to'],
    ['no to', personal({ to: undefined }), 'personalizations.0.to'],
    ['an empty to', personal({ to: [] }), 'personalizations.0.to'],
    ['an address twice', personal({ cc: [{ email: 'B@example.com' }] }), 'personalizations.0.to'],
    ['a to without an address', personal({ to: [{ name: 'B' }] }), 'personalizations.0.to.0.email'],
    ['a bad to', personal({ to: [{ email: 'b' }] }), 'personalizations.0.to.0.email'],
    ['a bad cc', personal({ cc: [{ email: 'b@@c' }] }), 'personalizations.0.cc.0.email'],
    ['a bad bcc', personal({ bcc: [{ email: '' }] }), 'personalizations.0.bcc.0.email'],
    [
      'an address over 320',
      personal({ to: [{ email: `${long(320)}@a.test` }] }),
      'personalizations.0.to.0.email',
    ],
    ['a to that is text', personal({ to: 'b@example.com' }), 'personalizations.0.to'],
    ['a bad own from', personal({ from: { email: 'x' } }), 'personalizations.0.from.email'],
    ['an empty own subject', personal({ subject: '' }), 'personalizations.0.subject'],
    ['an own header of no text', personal({ headers: { a: {} } }), 'personalizations.0.headers.a'],
    [
      'an own header with a blank',
      personal({ headers: { 'a b': 'c' } }),
      'personalizations.0.headers.a b',
    ],
    ['an own reserved header', personal({ headers: { CC: 'c' } }), 'personalizations.0.headers.CC'],
    [
      'own arguments of no text',
      personal({ custom_args: { a: 1 } }),
      'personalizations.0.custom_args.a',
    ],
    [
      'own arguments that are none',
      personal({ custom_args: {} }),
      'personalizations.0.custom_args',
    ],
    [
      'own arguments over 10,000 bytes',
      personal({ custom_args: { a: long(10_000) } }),
      'personalizations.0.custom_args',
    ],
    [
      'own arguments over 10,000 bytes with those for all',
      { ...personal({ custom_args: { a: long(5_000) } }), custom_args: { b: long(5_000) } },
      'personalizations.0.custom_args',
    ],
    ['an own send_at that is no number', personal({ send_at: 'x' }), 'personalizations.0.send_at'],
    ['an own send_at too far', personal({ send_at: 2e9 }), 'personalizations.0.send_at'],
    [
      'substitutions of no text',
      personal({ substitutions: { a: null } }),
      'personalizations.0.substitutions.a',
    ],
    [
      'over 10,000 bytes of substitutions',
      personal({ substitutions: { a: long(10_000) } }),
      'personalizations.0.substitutions',
    ],
    [
      'half a surrogate pair in substitutions',
      personal({ substitutions: { a: '\ud800' } }),
      'personalizations.0.substitutions',
    ],
    ['NUL in arguments', { ...mail, custom_args: { a: '\0' } }, 'custom_args'],
    ['a from without an address', { ...mail, from: {} }, 'from.email'],
    ['a bad from', { ...mail, from: { email: 'A <a@acme.test>' } }, 'from.email'],
    ['a from over 320', { ...mail, from: { email: `a@${long(330)}` } }, 'from.email'],
    [
      'a from with a line break',
      { ...mail, from: { email: 'a@b.test', name: 'a\nb' } },
      'from.name',
    ],
    ['a bad reply_to', { ...mail, reply_to: { email: 'x' } }, 'reply_to.email'],
    [
      'reply_to with reply_to_list',
      { ...mail, reply_to: { email: 'r@a.test' }, reply_to_list: [{ email: 'r@a.test' }] },
      'reply_to',
    ],
    ['an empty subject', { ...mail, subject: ' ' }, 'subject'],
    ['no subject', { ...mail, subject: undefined }, 'subject'],
    ['no content', { ...mail, content: undefined }, 'content'],
    ['empty content', { ...mail, content: [] }, 'content'],
    ['content without a type', { ...mail, content: [{ value: 'a' }] }, 'content.0.type'],
    [
      'content of an empty type',
      { ...mail, content: [{ type: '', value: 'a' }] },
      'content.0.type',
    ],
    [
      'content with a charset',
      { ...mail, content: [{ type: 'text/plain; charset=utf-8', value: 'a' }] },
      'content.0.type',
    ],
    ['content without a value', { ...mail, content: [{ type: 'text/html' }] }, 'content.0.value'],
    [
      'content with an empty value',
      { ...mail, content: [{ type: 'text/html', value: '' }] },
      'content.0.value',
    ],
    [
      'content in the wrong order',
      {
        ...mail,
        content: [
          { type: 'text/html', value: 'a' },
          { type: 'text/plain', value: 'a' },
        ],
      },
      'content',
    ],
    ['an attachment without content', attached({ content: undefined }), 'attachments.0.content'],
    ['an empty attachment', attached({ content: '' }), 'attachments.0.content'],
    ['an attachment that is no base64', attached({ content: 'a?b=' }), 'attachments.0.content'],
    ['an attachment without a name', attached({ filename: undefined }), 'attachments.0.filename'],
    ['an attachment named by a number', attached({ filename: 7 }), 'attachments.0.filename'],
    ['a name of two lines', attached({ filename: 'a\r\nb' }), 'attachments.0.filename'],
    ['an attachment of an empty type', attached({ type: '' }), 'attachments.0.type'],
    ['a type of two lines', attached({ type: 'a/b\r\nc' }), 'attachments.0.type'],
    ['another disposition', attached({ disposition: 'hidden' }), 'attachments.0.disposition'],
    ['a content id of no text', attached({ content_id: 1 }), 'attachments.0.content_id'],
    ['a content id of two lines', attached({ content_id: 'a\r\nb' }), 'attachments.0.content_id'],
    ['a template', { ...mail, template_id: 'd-1' }, 'template_id'],
    ['a template that is no text', { ...mail, template_id: 1 }, 'template_id'],
    ['over 10 categories', { ...mail, categories: [...'abcdefghijk'] }, 'categories'],
    ['a category that is no text', { ...mail, categories: [1] }, 'categories.0'],
    ['a category over 255', { ...mail, categories: [long(256)] }, 'categories.0'],
    ['a category twice', { ...mail, categories: ['a', 'a'] }, 'categories'],
    ['a category beyond ASCII', { ...mail, categories: ['ä'] }, 'categories.0'],
    ['arguments of no text', { ...mail, custom_args: { a: {} } }, 'custom_args.a'],
    ['a batch that is no text', { ...mail, batch_id: 1 }, 'batch_id'],
    ['a send_at that is no number', { ...mail, send_at: '1' }, 'send_at'],
    ['a send_at over 72 hours ahead', { ...mail, send_at: 1767225600 + 72 * hour + 1 }, 'send_at'],
    ['headers of no text', { ...mail, headers: { a: [1] } }, 'headers.a'],
    ['headers that are a list', { ...mail, headers: ['a'] }, 'headers'],
    ['a header twice', { ...mail, headers: { 'X-A': 'a', 'x-a': 'b' } }, 'headers'],
    ['a header beyond ASCII', { ...mail, headers: { 'X-ä': 'a' } }, 'headers.X-ä'],
    ...[
      'x-sg-id',
      'x-sg-eid',
      'received',
      'dkim-signature',
      'Content-Type',
      'Content-Transfer-Encoding',
      'To',
      'From',
      'Subject',
      'Reply-To',
      'CC',
      'BCC',
    ].map((name): [string, object, string] => [
      `the header ${name}`,
      { ...mail, headers: { [name]: 'x' } },
      `headers.${name}`,
    ]),
    ['sections', { ...mail, sections: { a: 'b' } }, 'sections'],
    ['a pool that is no text', { ...mail, ip_pool_name: 1 }, 'ip_pool_name'],
    ['a pool of one letter', { ...mail, ip_pool_name: 'a' }, 'ip_pool_name'],
    ['an unsubscribe group', { ...mail, asm: { group_id: 1 } }, 'asm'],
    [
      'sandbox mode by text',
      { ...mail, mail_settings: { sandbox_mode: { enable: 'true' } } },
      'mail_settings.sandbox_mode.enable',
    ],
    [
      'a bypass by number',
      { ...mail, mail_settings: { bypass_list_management: { enable: 1 } } },
      'mail_settings.bypass_list_management.enable',
    ],
    [
      'two bypasses of one',
      {
        ...mail,
        mail_settings: {
          bypass_list_management: { enable: true },
          bypass_spam_management: { enable: true },
        },
      },
      'mail_settings.bypass_list_management',
    ],
    [
      'a footer of no text',
      { ...mail, mail_settings: { footer: { enable: false, text: 1 } } },
      'mail_settings.footer.text',
    ],
    [
      'a footer',
      { ...mail, mail_settings: { footer: { enable: true, text: 'x' } } },
      'mail_settings.footer',
    ],
    [
      'a hidden copy of everything',
      { ...mail, mail_settings: { bcc: { enable: true, email: 'x@y.test' } } },
      'mail_settings.bcc',
    ],
    [
      'a spam check with a threshold of 11',
      { ...mail, mail_settings: { spam_check: { enable: false, threshold: 11 } } },
      'mail_settings.spam_check.threshold',
    ],
    [
      'a spam check',
      { ...mail, mail_settings: { spam_check: { enable: true } } },
      'mail_settings.spam_check',
    ],
    [
      'click tracking by text',
      { ...mail, tracking_settings: { click_tracking: { enable: 'yes' } } },
      'tracking_settings.click_tracking.enable',
    ],
    [
      'a substitution tag of no text',
      { ...mail, tracking_settings: { open_tracking: { substitution_tag: 1 } } },
      'tracking_settings.open_tracking.substitution_tag',
    ],
    [
      'utm values of no text',
      { ...mail, tracking_settings: { ganalytics: { utm_source: 1 } } },
      'tracking_settings.ganalytics.utm_source',
    ],
    [
      'subscription tracking',
      { ...mail, tracking_settings: { subscription_tracking: { enable: true } } },
      'tracking_settings.subscription_tracking',
    ],
  ])('for %s is refused with 400 and the field', async (_what, body, field) => {
    const api = openApi()
    const { status, errors } = await refused(api, body)
    expect([status, errors.map((error) => error.field)]).toEqual([400, [field]])
    expect(errors[0]).toEqual({
      field,
      message: expect.stringContaining(field.slice(0, 20)) as string,
      help: null,
    })
    expect(errors[0]!.message).not.toMatch(/invalid input|, received/i)
    expect(await all(api)).toEqual([])
    expect(api.logged).toEqual([])
  })

  it('is told every fault at once', async () => {
    const body = { ...mail, from: { email: 'x' }, subject: '', content: [{ type: 'a', value: '' }] }
    const { errors } = await refused(openApi(), body)
    expect(errors.map(({ field }) => field)).toEqual([
      'from.email',
      'subject',
      'content.0.type',
      'content.0.value',
    ])
  })

  it('for no from where there is no default is refused with the field', async () => {
    const api = openApi({ defaults: {} })
    const personalizations = to(3).map((one) => ({ to: [one] }))
    const { status, errors } = await refused(api, { ...mail, personalizations, from: undefined })
    expect([status, errors.map(({ field }) => field)]).toEqual([400, ['from']])
  })

  it('while mail is switched off is answered 503', async () => {
    const api = openApi({ defaults: { engine: 'disabled' } })
    expect(await refused(api, mail)).toMatchObject({ status: 503, errors: [{ field: null }] })
  })

  it('for over 40 MB, or over 100 MB in all personalizations, is answered 413', async () => {
    const big = { content: 'A'.repeat(40_000_004), filename: 'a' }
    expect((await refused(openApi(), { ...mail, attachments: [big] })).status).toBe(413)
    const many = {
      ...mail,
      personalizations: to(30).map((one) => ({ to: [one] })),
      attachments: [{ content: 'A'.repeat(4_000_000), filename: 'a' }],
    }
    expect(await refused(openApi(), many)).toMatchObject({
      status: 413,
      errors: [{ field: 'personalizations' }],
    })
  })
})

describe('a hostile body', () => {
  const names = (count: number, name: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, 1]))

  it.each<[string, object, number, string]>([
    ['10,000 recipients', personal({ to: to(10_000) }), 400, 'personalizations.0.to'],
    [
      '1 MB of commas',
      personal({ to: [{ email: ','.repeat(1_000_000) }] }),
      400,
      'personalizations.0.to.0.email',
    ],
    ['90,000 wrong headers', { ...mail, headers: names(90_000, 'a b') }, 400, 'headers'],
    ['300,000 names', { ...mail, headers: names(300_000, 'X-') }, 413, 'body'],
    [
      '300,000 empty personalizations',
      { ...mail, personalizations: Array(300_000).fill({}) },
      413,
      'body',
    ],
  ])('with %s is refused in few words', async (_what, body, status, field) => {
    const api = openApi()
    const answer = await api.post('/v3/mail/send', body)
    const text = await answer.text()
    expect(answer.status).toBe(status)
    expect(text.length).toBeLessThan(20_000)
    expect((JSON.parse(text) as SendGridErrors).errors[0]!.field).toBe(field)
  })

  it('nested deeper than a stack is, is refused', async () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const body = JSON.stringify(mail).replace('"subject":"Hi"', `"subject":${nested}`)
    const answer = await openApi().fetch('/v3/mail/send', { method: 'POST', body })
    expect([400, 413]).toContain(answer.status)
    expect(Object.keys((await answer.json()) as object)).toEqual(['errors'])
  })

  it('with names of prototypes makes nothing of them', async () => {
    const api = openApi()
    const body = JSON.stringify({
      ...personal({ substitutions: { constructor: 'x' }, headers: { hasOwnProperty: 'z' } }),
      custom_args: { toString: 'y' },
    })
    const answer = await api.fetch('/v3/mail/send', { method: 'POST', body })
    expect(answer.status).toBe(202)
    const email = (await api.postern.emails.get(answer.headers.get('x-message-id')!))!
    expect(email).toMatchObject({ subject: 'Hi', tags: [{ name: 'toString', value: 'y' }] })
    expect((await contentOf(api, email)).headers).toEqual({ hasOwnProperty: 'z' })
  })
})

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
