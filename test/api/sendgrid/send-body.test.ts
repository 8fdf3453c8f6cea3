import { describe, expect, it } from 'vitest'
import { openApi } from '../open-api.ts'
import { all, mail, personal, refused, to } from './a-mail.ts'

const long = (n: number) => 'x'.repeat(n)
const hour = 3_600

const attached = (change: object) => ({
  ...mail,
  attachments: [{ content: 'YQ==', filename: 'a.txt', ...change }],
})

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
    ['an unsubscribe group', { ...mail, asm: { group_id: 'a' } }, 'asm.group_id'],
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
