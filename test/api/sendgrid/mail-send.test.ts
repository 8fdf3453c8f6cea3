import { describe, expect, it } from 'vitest'
import { openApi, said } from '../open-api.ts'
import { all, contentOf, mail, personal, refused, sent } from './a-mail.ts'

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
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(1)
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
      ...personal({
        substitutions: { '-who-': 'Ann' },
        to: [{ email: 'b@example.com', name: null }],
      }),
      content: [
        { type: 'text/plain; charset=utf-8', value: 'Hello' },
        { type: 'text/x-amp-html', value: '<html amp4email>-who-' },
        { type: 'Text/HTML;charset="UTF-8"', value: '<p>Hello' },
        { type: 'text/calendar; method=REQUEST', value: invitation },
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
