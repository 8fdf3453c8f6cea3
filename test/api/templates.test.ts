import { describe, expect, it } from 'vitest'
import { contentKey } from '../../mail/content.ts'
import { readFolder } from '../../mail/template/folder.ts'
import { anEmail, holding, openApi, said, type OpenApi } from './open-api.ts'

const files = {
  'code/template.json': JSON.stringify({
    from: 'Acme <codes@acme.test>',
    subjects: { en: '{{code}} is your code', de: '{{code}} ist Ihr Code' },
    variables: [{ key: 'code' }, { key: 'minutes', type: 'number', fallback: 10 }],
  }),
  'code/en.html': '<p>{{code}}</p>\n<p>{{minutes}} minutes {{user.name}}</p>',
  'code/de.html': '<p>{{code}}, {{minutes}} Minuten {{user.name}}</p>',
  'long/template.json': '{"subjects":{"en":"Long"}}',
  'long/en.html': '{{#each list}}{{@root.line}}{{/each}}',
}

const variables = { code: '<1>', user: { name: 'Ann' } }
const { from: _from, subject: _subject, text: _text, ...bare } = anEmail

async function withTemplates(): Promise<OpenApi> {
  const { templates } = await readFolder(new Map(Object.entries(files)), async () => undefined)
  return openApi({ templates: async () => templates })
}

async function contentOf({ postern }: OpenApi, id: string) {
  const bytes = await postern.blobs.get(contentKey(id))
  const claimed = await postern.emails.claim(id, postern.clock.now(), 60)
  return claimed.kind === 'claimed' && claimed.content
    ? claimed.content
    : (JSON.parse(Buffer.from(bytes!).toString()) as unknown)
}

describe('POST /emails with a template', () => {
  it('has its words, subject and sender, and says which it was', async () => {
    const api = await withTemplates()
    const [status, body] = await said(
      api.post('/emails', { ...bare, template: { id: 'code', variables } }),
    )
    expect([status, body]).toEqual([
      200,
      { id: body.id, template: { name: 'code', version: holding(''), locale: 'en' } },
    ])
    const email = (await api.postern.emails.get(body.id, '*'))!
    expect(email).toMatchObject({
      from: { address: 'codes@acme.test', name: 'Acme' },
      subject: '<1> is your code',
    })
    expect(await api.read(`/v1/emails/${body.id}`)).toMatchObject({ template: body['template'] })
    expect(await contentOf(api, body.id)).toMatchObject({
      html: '<p>&lt;1&gt;</p>\n<p>10 minutes Ann</p>',
    })
  })

  it('is in the locale of the template, else of the header, else the default one', async () => {
    const api = await withTemplates()
    const localeOf = async (locale?: string, header = 'de-CH') => {
      const template = { id: 'code', variables, locale }
      const [, body] = await said(
        api.post('/emails', { ...bare, template }, { 'X-Postern-Locale': header }),
      )
      return (body['template'] as { locale: string }).locale
    }
    expect(
      await Promise.all([localeOf(), localeOf('en-US'), localeOf('ja'), localeOf('', 'x y')]),
    ).toEqual(['de', 'en', 'en', 'en'])
  })

  it('lets the request say sender and subject', async () => {
    const api = await withTemplates()
    const email = {
      ...bare,
      from: 'me@acme.test',
      subject: 'Mine',
      template: { id: 'code', variables },
    }
    const [, { id }] = await said(api.post('/emails', email))
    expect(await api.postern.emails.get(id, '*')).toMatchObject({
      from: { address: 'me@acme.test' },
      subject: 'Mine',
    })
  })

  it.each([
    [{ id: 'gone' }, '`template.id` field: there is no template "gone"'],
    [
      { id: 'code', variables: { code: 1 } },
      '`template.variables.user.name` field: the variable "user.name" is missing (code/en.html, line 2, locale en)',
    ],
    [
      { id: 'code', locale: 'de' },
      '`template.variables.code` field: the variable "code" is missing (code/de.html, line 1, locale de)',
    ],
    [
      { id: 'code', variables: { ...variables, minutes: 'ten' } },
      'the variable "minutes" must be a number',
    ],
    [{ id: 'code', variables: 'x' }, '`template.variables` field'],
    [{}, '`template.id` field'],
    ['code', '`template` field'],
  ])('refuses %j', async (template, words) => {
    const api = await withTemplates()
    expect(await said(api.post('/emails', { ...bare, template }))).toEqual([
      422,
      { statusCode: 422, name: 'validation_error', message: holding(words) },
    ])
    expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
  })

  it('refuses words of its own next to those of the template', async () => {
    const api = await withTemplates()
    const template = { id: 'code', variables }
    const [status, { message }] = await said(api.post('/emails', { ...anEmail, template }))
    expect([status, message]).toEqual([422, holding('`text` field: the template has the words')])
  })

  it('takes what libraries send for nothing', async () => {
    const api = await withTemplates()
    for (const template of [null, ''])
      expect((await api.post('/emails', { ...anEmail, template })).status).toBe(200)
    const empty = { id: 'long', variables: [] }
    expect((await api.post('/emails', { ...bare, template: empty })).status).not.toBe(500)
  })

  it('answers a replay as the first time, though the template is gone', async () => {
    const { templates } = await readFolder(new Map(Object.entries(files)), async () => undefined)
    let there = templates
    const api = openApi({ templates: async () => there })
    const email = { ...bare, template: { id: 'code', variables } }
    const ask = () => said(api.post('/emails', email, { 'Idempotency-Key': 'k' }))
    const [, { id }] = await ask()
    there = new Map()
    expect(await ask()).toEqual([200, { id }])
  })

  it('is refused where there are no templates at all', async () => {
    const template = { id: 'code', variables }
    const [status, { message }] = await said(openApi().post('/emails', { ...bare, template }))
    expect([status, message]).toEqual([422, holding('there is no template "code"')])
  })
})

describe('POST /emails/batch with templates', () => {
  it('makes each from its own, and names the email that cannot be made', async () => {
    const api = await withTemplates()
    const batch = (code: unknown, mode = 'strict') =>
      api.post(
        '/emails/batch',
        [anEmail, { ...bare, template: { id: 'code', variables: { ...variables, code } } }],
        { 'x-batch-validation': mode },
      )
    const [status, body] = await said(batch('7'))
    expect(status).toBe(200)
    const [, second] = body['data'] as unknown as { id: string }[]
    expect(await api.postern.emails.get(second!.id, '*')).toMatchObject({
      subject: '7 is your code',
      template: { name: 'code', locale: 'en' },
    })
    expect(await said(batch(null))).toEqual([
      422,
      expect.objectContaining({ message: holding('Email 1: The `template.variables.code`') }),
    ])
    const [, permissive] = await said(batch(null, 'permissive'))
    expect(permissive).toMatchObject({ data: [{}], errors: [{ index: 1 }] })
  })

  it('prints no more for all of them than fits into memory', async () => {
    const api = await withTemplates()
    const list = Array.from({ length: 1_000 }, () => 0)
    const template = { id: 'long', variables: { list, line: 'x'.repeat(2_000) } }
    const from = 'a@acme.test'
    const [status, { message }] = await said(
      api.post(
        '/emails/batch',
        Array.from({ length: 30 }, () => ({ ...bare, from, template })),
      ),
    )
    expect([status, message]).toEqual([413, holding('the batch prints too much')])
  })
})

describe('POST /v3/mail/send with a template', () => {
  const to = (email: string, data?: object) => ({
    to: [{ email }],
    ...(data && { dynamic_template_data: data }),
  })
  const mail = { from: { email: 'a@acme.test' }, template_id: 'd-code' }

  it('makes an email for each personalization from its data; what is missing is empty', async () => {
    const api = await withTemplates()
    const personalizations = [to('x@there.test', { code: 'A&B' }), to('y@there.test')]
    const headers = { 'X-Postern-Locale': 'de' }
    const answer = await api.post('/v3/mail/send', { ...mail, personalizations }, headers)
    expect([answer.status, await answer.text()]).toEqual([202, ''])
    const { data } = await api.postern.emails.list({ scope: '*', limit: 10 })
    expect(data.map(({ subject, template }) => [subject, template?.locale])).toEqual([
      ['ist Ihr Code', 'de'],
      ['A&B ist Ihr Code', 'de'],
    ])
    expect(await contentOf(api, data[1]!.id)).toMatchObject({
      html: '<p>A&amp;B, 10 Minuten </p>',
      headers: {},
    })
  })

  it('has the words of the template though the request has some', async () => {
    const api = await withTemplates()
    const answer = await api.post('/v3/mail/send', {
      ...mail,
      personalizations: [to('x@there.test', { code: 1 })],
      subject: 'Mine',
      content: [{ type: 'text/html', value: 'mine' }],
    })
    expect(answer.status).toBe(202)
    const email = await api.postern.emails.get(answer.headers.get('x-message-id')!, '*')
    expect(email).toMatchObject({ subject: '1 is your code' })
  })

  it.each([
    [{ template_id: 'd-gone' }, 'template_id', 'there is no template "d-gone"'],
    [{ template_id: 7 }, 'template_id', 'text is needed'],
    [
      {
        template_id: 'd-long',
        personalizations: [
          to('x@there.test', { list: Array(2_000).fill(1), line: 'x'.repeat(2_000) }),
        ],
      },
      'template_id',
      'prints more than',
    ],
    [{ template_id: undefined }, 'content', 'is required'],
    [
      { personalizations: [to('x@there.test', { code: 'x'.repeat(3_000) })] },
      'personalizations.0.headers',
      'subject: at most',
    ],
  ])('refuses %j', async (change, field, rule) => {
    const api = await withTemplates()
    const body = { personalizations: [to('x@there.test')], ...mail, ...change }
    const [status, answer] = await said(api.post('/v3/mail/send', body))
    expect([status, answer]).toEqual([
      400,
      {
        errors: expect.arrayContaining([{ field, message: holding(rule), help: null }]) as unknown,
      },
    ])
  })

  it('takes a thousand of them', async () => {
    const api = await withTemplates()
    const personalizations = Array.from({ length: 1_000 }, (_, i) =>
      to(`a${i}@there.test`, { code: i }),
    )
    const answer = await api.post('/v3/mail/send', { ...mail, personalizations })
    expect(answer.status).toBe(202)
    expect((await api.postern.queue.depth(api.clock.now(), '*')).depth).toBe(1_000)
  })
})
