import { describe, expect, it } from 'vitest'
import { contentKey } from '../../../mail/content.ts'
import { readFolder } from '../../../mail/template/folder.ts'
import { holding, openApi, said, text, type Json, type OpenApi } from '../open-api.ts'

const locales = {
  en: { subject: 'Hello {{name}}', html: '<p>Hello {{name}}</p>' },
  'pt-BR': { subject: 'Olá {{name}}', html: '<p>Olá {{name}}</p>', text: 'Olá {{name}}!' },
}
const variables = [{ key: 'name', type: 'string' }]
const welcome = { alias: 'welcome', from: 'Acme <a@acme.test>', locales, variables }

const files = {
  'code/template.json':
    '{"name":"Code","subjects":{"en":"Code"},"layout":"plain","samples":{"code":1}}',
  'code/en.html': '{{code}}',
  'hello/template.json': '{"subjects":{"en":"Hi"}}',
  'hello/en.html': 'Hi',
  '_layouts/plain.html': '<b>{{{@content}}}</b>',
}

async function withFiles() {
  const { templates } = await readFolder(new Map(Object.entries(files)), async () => undefined)
  return openApi({ templates: async () => templates })
}

const patch = (api: OpenApi, path: string, body: object) =>
  said(api.fetch(path, { method: 'PATCH', body: JSON.stringify(body) }))

async function published(api: OpenApi, wish: object = welcome): Promise<Json> {
  const [status, { id }] = await said(api.post('/v1/templates', wish))
  expect(status).toBe(201)
  return (await said(api.post(`/v1/templates/${id}/publish`)))[1]
}

/** What was accepted, as it is kept. */
async function sent(api: OpenApi, template: object) {
  const [status, body] = await said(api.post('/emails', { to: 'ann@there.test', template }))
  if (status !== 200) return [status, body.message]
  const claimed = await api.postern.emails.claim(body.id, api.clock.now(), 60)
  const content = claimed.kind === 'claimed' ? claimed.content : undefined
  return [body['template'], content]
}

const ann = { name: 'Ann' }

describe('/v1/templates', () => {
  it('keeps a draft, by id and by alias, until it is removed', async () => {
    const api = openApi()
    const [status, made] = await said(api.post('/v1/templates', welcome))
    expect([status, made]).toEqual([
      201,
      {
        id: text,
        project: 'default',
        alias: 'welcome',
        name: 'welcome',
        source: 'api',
        status: 'draft',
        revision: 1,
        version: null,
        has_unpublished: true,
        default_locale: 'en',
        locales: ['en', 'pt-BR'],
        created_at: text,
        updated_at: text,
        published_at: null,
      },
    ])
    const contents = {
      default_locale: 'en',
      from: 'Acme <a@acme.test>',
      reply_to: null,
      inline_css: true,
      layout: null,
      partials: {},
      messages: {},
      variables,
      samples: {},
      locales,
    }
    for (const name of [made.id, made.id.toUpperCase(), 'welcome', 'd-welcome'])
      expect(await api.read(`/v1/templates/${name}`)).toEqual({ ...made, contents })
    const removed = await said(api.fetch('/v1/templates/welcome', { method: 'DELETE' }))
    expect(removed).toEqual([200, { id: made.id, deleted: true }])
    expect((await api.fetch(`/v1/templates/${made.id}`)).status).toBe(404)
    expect((await api.fetch('/v1/templates/welcome', { method: 'DELETE' })).status).toBe(404)
  })

  it('publishes numbered versions, and each stays what it was', async () => {
    const api = openApi()
    const { id, version, revision } = await published(api)
    expect([version, revision]).toEqual(['1', 2])
    const html = { en: { subject: 'Hi {{name}}', html: 'Hi' } }
    const [, changed] = await patch(api, `/v1/templates/${id}`, { revision, locales: html })
    expect(changed).toMatchObject({ version: '1', has_unpublished: true, locales: ['en'] })
    const [, next] = await said(api.post(`/v1/templates/${id}/publish`, { name: 'Shorter' }))
    expect(next).toMatchObject({ version: '2', has_unpublished: false })
    const { data } = await api.read(`/v1/templates/${id}/versions`)
    expect(data).toMatchObject([
      { version: '2', name: 'Shorter', is_current: true, locales: ['en'] },
      { version: '1', name: 'Version 1', is_current: false, locales: ['en', 'pt-BR'] },
    ])
    const first = await api.read(`/v1/templates/${id}?version=1`)
    expect(first['contents']).toMatchObject({ locales })
    expect((await api.fetch(`/v1/templates/${id}?version=3`)).status).toBe(404)
  })

  it('makes no version of what is published already', async () => {
    const api = openApi()
    const { id } = await published(api)
    const [, again] = await said(api.post(`/v1/templates/${id}/publish`))
    expect(again).toMatchObject({ version: '1', revision: 2 })
    const { data } = await api.read(`/v1/templates/${id}/versions`)
    expect(data).toHaveLength(1)
  })

  it('makes an older version the draft again', async () => {
    const api = openApi()
    const { id } = await published(api)
    await patch(api, `/v1/templates/${id}`, { revision: 2, locales: { en: { html: 'Hi' } } })
    await api.post(`/v1/templates/${id}/publish`)
    const restore = (body: object) => said(api.post(`/v1/templates/${id}/restore`, body))
    expect((await restore({ version: 7 }))[0]).toBe(404)
    expect((await restore({ version: 1 }))[1]).toMatchObject({
      version: '2',
      has_unpublished: true,
    })
    expect((await api.read(`/v1/templates/${id}`))['contents']).toMatchObject({ locales })
    await api.post(`/v1/templates/${id}/publish`)
    expect(await sent(api, { id, variables: ann })).toMatchObject([
      { version: '3' },
      { html: '<p>Hello Ann</p>' },
    ])
  })

  it('refuses the second of two writers, and changes nothing for it', async () => {
    const api = openApi()
    const { id } = await published(api)
    const path = `/v1/templates/${id}`
    expect((await patch(api, path, { revision: 2, name: 'First' }))[0]).toBe(200)
    const [status, { error }] = await patch(api, path, { revision: 2, name: 'Second' })
    expect([status, error.code, error.message]).toEqual([
      409,
      'conflict',
      holding('another writer'),
    ])
    expect(await api.read(path)).toMatchObject({ name: 'First', revision: 3 })
    for (const [what, body] of [
      ['publish', {}],
      ['restore', { version: 1 }],
    ] as const)
      expect((await api.post(`${path}/${what}`, { ...body, revision: 2 })).status).toBe(409)
    expect((await patch(api, path, { name: 'None' }))[1].error.errors).toMatchObject([
      { path: 'revision' },
    ])
  })

  it('keeps no texts that no template names', async () => {
    const api = openApi()
    const { id } = await published(api)
    const one = (await api.postern.templates.get(id, '*'))!
    const draftOf = async () => (await api.postern.templates.get(id, '*'))!.draft!.key
    for (const revision of [2, 3])
      await patch(api, `/v1/templates/${id}`, {
        revision,
        locales: { en: { html: `${revision}` } },
      })
    const last = await draftOf()
    await patch(api, `/v1/templates/${id}`, { revision: 2, locales: { en: { html: 'late' } } })
    expect(await draftOf()).toBe(last)
    expect(await api.postern.blobs.get(one.draft!.key)).toBeDefined()
    await api.fetch(`/v1/templates/${id}`, { method: 'DELETE' })
    for (const key of [one.draft!.key, last])
      expect(await api.postern.blobs.get(key)).toBeUndefined()
  })

  it('duplicates what another says, a file too', async () => {
    const api = await withFiles()
    const { id } = await published(api)
    const [status, copy] = await said(api.post(`/v1/templates/${id}/duplicate`, { alias: 'other' }))
    expect([status, copy]).toMatchObject([
      201,
      { alias: 'other', name: 'welcome (copy)', status: 'draft', locales: ['en', 'pt-BR'] },
    ])
    await api.fetch(`/v1/templates/${id}`, { method: 'DELETE' })
    expect((await api.read('/v1/templates/other'))['contents']).toMatchObject({ locales })
    const [, ofFile] = await said(api.post('/v1/templates/code/duplicate'))
    expect(ofFile).toMatchObject({ source: 'api', alias: null, name: 'Code (copy)' })
    const [, shown] = await said(api.post(`/v1/templates/${ofFile.id}/preview`, {}))
    expect(shown).toMatchObject({ html: '<b>1</b>', faults: [] })
  })

  it('has files last, for reading alone', async () => {
    const api = await withFiles()
    const { id } = await published(api)
    const { data } = await api.read('/v1/templates')
    expect(data.map(({ alias, source, project }) => [alias, source, project])).toEqual([
      ['welcome', 'api', 'default'],
      ['code', 'file', null],
      ['hello', 'file', null],
    ])
    const ids = data.map((one) => one.id)
    const page = async (query: string) => {
      const found = await api.read(`/v1/templates?${query}`)
      return [found.data.map((one) => ids.indexOf(one.id)), found['has_more']]
    }
    expect(await page('limit=1')).toEqual([[0], true])
    expect(await page('limit=2')).toEqual([[0, 1], true])
    expect(await page(`limit=1&after=${id}`)).toEqual([[1], true])
    expect(await page(`limit=1&after=${ids[1]}`)).toEqual([[2], false])
    expect(await page(`limit=1&before=${ids[2]}`)).toEqual([[1], true])
    expect(await page(`limit=2&before=${ids[2]}`)).toEqual([[0, 1], false])
    expect(await page(`limit=1&before=${ids[1]}`)).toEqual([[0], false])
    expect(await page(`before=${id}`)).toEqual([[], false])
    const detail = await api.read(`/v1/templates/${ids[1]}`)
    expect(detail).toMatchObject({
      status: 'published',
      contents: { locales: { en: { html: '{{code}}' } } },
    })
    expect((await patch(api, '/v1/templates/code', { revision: 1, name: 'x' }))[0]).toBe(409)
    for (const what of ['publish', 'restore'])
      expect((await api.post(`/v1/templates/code/${what}`, { version: 1 })).status).toBe(409)
    expect((await api.fetch('/v1/templates/code', { method: 'DELETE' })).status).toBe(409)
    const [status, { error }] = await said(api.post('/v1/templates', { ...welcome, alias: 'code' }))
    expect([status, error.errors]).toMatchObject([422, [{ path: 'alias' }]])
    const [, shown] = await said(api.post('/v1/templates/code/preview', {}))
    expect(shown).toMatchObject({ html: '<b>1</b>', text: '1', faults: [] })
  })

  it('shows what an email would say, or why there would be none', async () => {
    const api = openApi()
    const [, { id }] = await said(api.post('/v1/templates', { ...welcome, samples: ann }))
    const preview = async (body: object) =>
      (await said(api.post(`/v1/templates/${id}/preview`, body)))[1]
    expect(await preview({})).toEqual({
      locale: 'en',
      subject: 'Hello Ann',
      html: '<p>Hello Ann</p>',
      text: 'Hello Ann',
      faults: [],
      warnings: [],
    })
    expect(await preview({ locale: 'pt', variables: { name: 'Bo' } })).toMatchObject({
      locale: 'pt-BR',
      text: 'Olá Bo!',
    })
    expect(await preview({ locale: 'ja' })).toMatchObject({ locale: 'en' })
    expect(await preview({ variables: { name: [] } })).toEqual({
      locale: 'en',
      subject: null,
      html: null,
      text: null,
      faults: [{ path: 'variables.name', line: 1, rule: 'the variable "name" must be a string' }],
      warnings: [],
    })
    expect((await api.post(`/v1/templates/${id}/preview`, { version: 1 })).status).toBe(404)
    await api.post(`/v1/templates/${id}/publish`)
    await patch(api, `/v1/templates/${id}`, { revision: 2, locales: { en: { html: 'new' } } })
    expect(await preview({ version: '1' })).toMatchObject({ html: '<p>Hello Ann</p>' })
    expect(await preview({})).toMatchObject({ html: 'new' })
  })

  it('tries texts without keeping them', async () => {
    const api = openApi()
    const validate = async (template: object, more: object = {}) =>
      (await said(api.post('/v1/templates/validate', { template, ...more })))[1]
    expect(await validate({ locales }, { variables: ann })).toMatchObject({
      html: '<p>Hello Ann</p>',
    })
    expect(
      await validate({ locales: { en: { html: 'a\n{{> gone}}' }, de: { text: '{{#if' } } }),
    ).toEqual({
      locale: 'en',
      subject: null,
      html: null,
      text: null,
      faults: [
        { path: 'locales.en.html', line: 2, rule: 'there is no partial "gone"' },
        { path: 'locales.de.text', line: 1, rule: holding('cannot be read') },
      ],
      warnings: [],
    })
    expect((await api.read('/v1/templates')).data).toEqual([])
  })

  const html = (words: string) => ({ locales: { en: { html: words } } })
  it.each([
    [{}, 'locales'],
    [{ locales: {} }, 'locales'],
    [{ locales: { en: {} } }, 'locales.en'],
    [{ locales: { english_words_here: { html: 'x' } } }, 'locales.english_words_here'],
    [html('a\n\n{{shout name}}'), 'locales.en.html', 'line 3: there is no helper "shout"'],
    [html('{{> footer}}'), 'locales.en.html', 'line 1: there is no partial "footer"'],
    [html('{{#if a}}'), 'locales.en.html', 'line 1'],
    [html('{{#wi a}}{{/wi}}'), 'locales.en.html', 'there is no block helper "wi"'],
    [html('{{lookup this "__proto__"}}'), 'locales.en.html', 'there is no helper'],
    [html('{{a}}'.repeat(5_001)), 'locales.en.html', 'more than 2500 tags'],
    [html('x'.repeat(1_048_577)), 'locales.en.html', 'more than'],
    [html('\0'), 'locales.en.html', 'NUL'],
    [{ ...html('x'), default_locale: 'de' }, 'default_locale', 'no texts'],
    [{ ...html('x'), default_locale: '!' }, 'default_locale'],
    [{ ...html('x'), alias: 'a b' }, 'alias'],
    [{ ...html('x'), alias: '01900000-0000-7000-8000-000000000001' }, 'alias', 'like an id'],
    [{ ...html('x'), alias: `d-${'0'.repeat(32)}` }, 'alias', 'like an id'],
    [{ ...html('x'), from: 'nobody' }, 'from'],
    [{ ...html('x'), reply_to: ['a@b.test', 'x y'] }, 'reply_to'],
    [{ ...html('x'), variables: [{ key: 'EMAIL' }] }, 'variables.0.key', 'reserved'],
    [{ ...html('x'), variables: [{ key: 'a', type: 'date' }] }, 'variables.0.type'],
    [{ ...html('x'), variables: Array(51).fill({ key: 'a' }) }, 'variables', 'at most 50'],
    [{ ...html('x'), name: '' }, 'name'],
  ])('refuses %j', async (wish, path, rule = '') => {
    const api = openApi()
    const [status, { error }] = await said(api.post('/v1/templates', { name: 'x', ...wish }))
    expect([status, error.errors]).toEqual([
      422,
      expect.arrayContaining([{ path, rule: holding(rule) }]),
    ])
    expect((await api.read('/v1/templates')).data).toEqual([])
  })

  it('refuses one without name and alias, and an alias that is taken', async () => {
    const api = openApi()
    await published(api)
    const faults = async (wish: object) =>
      (await said(api.post('/v1/templates', { locales, ...wish })))[1].error.errors
    expect(await faults({})).toMatchObject([{ path: 'name' }])
    expect(await faults({ alias: 'welcome' })).toMatchObject([{ path: 'alias' }])
    const { id, revision } = (await said(api.post('/v1/templates', { name: 'x', locales })))[1]
    const [status] = await patch(api, `/v1/templates/${id}`, { revision, alias: 'welcome' })
    expect(status).toBe(422)
  })
})

describe('an email from a template that the API keeps', () => {
  it('has its words, in the locale that fits, and says which it was', async () => {
    const api = openApi()
    const { id } = await published(api)
    expect(await sent(api, { id: 'welcome', variables: ann, locale: 'pt' })).toMatchObject([
      { name: 'welcome', version: '1', locale: 'pt-BR' },
      { html: '<p>Olá Ann</p>', text: 'Olá Ann!' },
    ])
    expect(await sent(api, { id, variables: ann, locale: 'ja' })).toMatchObject([
      { name: 'welcome', version: '1', locale: 'en' },
      { html: '<p>Hello Ann</p>' },
    ])
    const { data } = await api.read('/v1/emails')
    expect(data[0]).toMatchObject({
      from: { address: 'a@acme.test' },
      template: { name: 'welcome', version: '1', locale: 'en' },
    })
  })

  it('is made from what is published, while the draft is edited', async () => {
    const api = openApi()
    const { id } = await published(api)
    const next = { en: { subject: 'New', html: 'new' } }
    await patch(api, `/v1/templates/${id}`, { revision: 2, locales: next })
    expect(await sent(api, { id, variables: ann })).toMatchObject([
      { version: '1' },
      { html: '<p>Hello Ann</p>' },
    ])
    await api.post(`/v1/templates/${id}/publish`)
    expect(await sent(api, { id, variables: ann })).toMatchObject([
      { version: '2' },
      { html: 'new' },
    ])
  })

  it('stays as it was accepted, whatever becomes of the template', async () => {
    const api = openApi()
    const { id } = await published(api)
    const scheduled_at = new Date(api.clock.now() + 86_400_000).toISOString()
    const wish = { to: 'ann@there.test', template: { id, variables: ann }, scheduled_at }
    const [, email] = await said(api.post('/emails', wish))
    await patch(api, `/v1/templates/${id}`, { revision: 2, locales: { en: { html: 'new' } } })
    await api.post(`/v1/templates/${id}/publish`)
    await api.fetch(`/v1/templates/${id}`, { method: 'DELETE' })
    await api.clock.advance(90_000_000)
    const claimed = await api.postern.emails.claim(email.id, api.clock.now(), 60)
    const kept = await api.postern.blobs.get(contentKey(email.id))
    const content = claimed.kind === 'claimed' && claimed.content
    expect(content || JSON.parse(Buffer.from(kept!).toString())).toMatchObject({
      html: '<p>Hello Ann</p>',
    })
    expect(await api.read(`/v1/emails/${email.id}`)).toMatchObject({
      subject: 'Hello Ann',
      template: { name: 'welcome', version: '1', locale: 'en' },
    })
  })

  it('is refused in the caller’s words when nothing is published, or it is gone', async () => {
    const api = openApi()
    await api.post('/v1/templates', welcome)
    const never = 'the template "welcome" was never published'
    expect(await sent(api, { id: 'welcome' })).toEqual([
      422,
      holding(`template.id\` field: ${never}`),
    ])
    const mail = {
      from: { email: 'a@acme.test' },
      template_id: 'd-welcome',
      personalizations: [{ to: [{ email: 'ann@there.test' }] }],
    }
    expect(await said(api.post('/v3/mail/send', mail))).toMatchObject([
      400,
      { errors: [{ field: 'template_id', message: holding('was never published') }] },
    ])
    await api.post('/v1/templates/welcome/publish')
    expect(await sent(api, { id: 'welcome' })).toEqual([
      422,
      holding('the variable "name" is missing (subject, line 1, locale en)'),
    ])
    await api.fetch('/v1/templates/welcome', { method: 'DELETE' })
    expect(await sent(api, { id: 'welcome' })).toEqual([422, holding('there is no template')])
  })

  it('comes before a template of another project, and after a file of the same name', async () => {
    const projects = { shop: {} }
    const { templates } = await readFolder(new Map(Object.entries(files)), async () => undefined)
    let there: typeof templates = new Map()
    const api = openApi({
      defaults: { from: { address: 'a@acme.test' }, projects },
      templates: async () => there,
    })
    const inShop = { 'x-postern-project': 'shop' }
    await published(api, { ...welcome, alias: 'hello' })
    const mail = { to: 'ann@there.test', template: { id: 'hello', variables: ann } }
    expect((await api.post('/emails', mail, inShop)).status).toBe(422)
    expect(await sent(api, mail.template)).toMatchObject([
      { version: '1' },
      { html: '<p>Hello Ann</p>' },
    ])
    there = templates
    expect(await sent(api, mail.template)).toMatchObject([{ locale: 'en' }, { html: 'Hi' }])
    expect((await api.post('/emails', mail, inShop)).status).toBe(200)
  })
})

describe('a template that the API keeps with a layout, partials and messages', () => {
  const whole = {
    alias: 'whole',
    layout: { name: 'plain', html: '<style>i b{color:red}</style><i>{{{@content}}}</i>' },
    partials: { button: { html: '<b>{{label}}</b>', text: '[{{label}}]' } },
    messages: { en: { hi: 'Hi {{n}}' }, de: { hi: 'Na {{n}}' } },
    locales: {
      en: {
        subject: '{{t "hi" n=name}}',
        html: '{{> button label=name}}',
        text: '{{> button label=1}}',
      },
      de: { subject: '{{t "hi" n=name}}', html: '{{> button label=name}}' },
    },
  }

  it('is rendered as a file is', async () => {
    const api = openApi()
    const { id } = await published(api, whole)
    const [, content] = await sent(api, { id, variables: ann, locale: 'de' })
    expect(content).toMatchObject({
      html: `${whole.layout.html.slice(0, 29)}<i><b style="color:red;">Ann</b></i>`,
    })
    expect(await sent(api, { id, variables: ann })).toMatchObject([{}, { text: '[1]' }])
    expect(await api.read('/v1/templates/whole')).toMatchObject({
      contents: { layout: whole.layout, partials: whole.partials, messages: whole.messages },
    })
  })

  it('keeps them when Resend or SendGrid change its words', async () => {
    const api = openApi()
    const { id } = await published(api, whole)
    await patch(api, `/templates/${id}`, { html: '{{> button label="x"}}' })
    const [, shown] = await said(api.post(`/v1/templates/${id}/preview`, { variables: ann }))
    expect(shown.html).toContain('<i><b style="color:red;">x</b></i>')
  })

  it('is refused with what is wrong in them, and where', async () => {
    const api = openApi()
    const wrong = async (change: object) => {
      const [status, body] = await said(api.post('/v1/templates', { ...whole, ...change }))
      return [status, body['error'].errors]
    }
    expect(await wrong({ partials: { button: { html: '\n{{#if}}' } } })).toEqual([
      422,
      [
        { path: 'partials.button.html', rule: holding('line 2: cannot be read') },
        { path: 'locales.en.text', rule: 'line 1: there is no partial "button"' },
      ],
    ])
    expect(await wrong({ layout: { html: '{{> gone}}' } })).toEqual([
      422,
      [{ path: 'layout.html', rule: 'line 1: there is no partial "gone"' }],
    ])
    expect(await wrong({ messages: { en: { hi: '{{' } } })).toMatchObject([
      422,
      [{ path: 'messages.en, "hi"' }],
    ])
    const half = '{{name}}'.repeat(1_300)
    const tooMany = holding('more than 2500 tags together')
    for (const change of [
      { partials: { one: { html: half }, other: { text: half } } },
      { layout: { html: half }, messages: { en: { a: half } } },
      { messages: { en: { a: half, b: { one: half } } } },
    ])
      expect(await wrong(change)).toEqual([422, [{ path: 'partials', rule: tooMany }]])
    for (const name of ['../up', '.x', 'a/b', ''])
      expect((await wrong({ partials: { [name]: { html: '' } } }))[0]).toBe(422)
  })
})

describe('the CSS of a template that the API keeps', () => {
  const html = '<style>p{color:red}</style><p>{{name}}</p>'
  const inlined = html.replace('<p>', '<p style="color:red;">')
  const styled = { ...welcome, samples: ann, locales: { en: { subject: 'Hi', html } } }
  const htmlOf = async (api: OpenApi, wish: object) => {
    const { id } = await published(api, wish)
    const preview = (await said(api.post(`/v1/templates/${id}/preview`, {})))[1]
    const [, content] = await sent(api, { id, variables: ann })
    return [preview.html, (content as Json).html]
  }

  it('is inlined in previews and emails, and stays as it was written where it is read', async () => {
    const api = openApi()
    const after = inlined.replace('{{name}}', 'Ann')
    expect(await htmlOf(api, styled)).toEqual([after, after])
    expect(await api.read('/v1/templates/welcome')).toMatchObject({
      contents: { locales: { en: { html } } },
    })
    const tried = await said(api.post('/v1/templates/validate', { template: styled }))
    expect(tried[1]).toMatchObject({ html: after, warnings: [] })
  })

  it('is changed with the draft, in every dialect', async () => {
    const api = openApi()
    const { id, revision } = await published(api, styled)
    const blue = { en: { subject: 'Hi', html: html.replace('red', 'blue') } }
    await patch(api, `/v1/templates/${id}`, { revision, locales: blue })
    const preview = async () => (await said(api.post(`/v1/templates/${id}/preview`, {})))[1].html
    expect(await preview()).toContain('<p style="color:blue;">')
    await patch(api, `/templates/${id}`, { html: html.replace('red', 'green') })
    expect(await preview()).toContain('<p style="color:green;">')
  })

  it('stays as it is where that is asked for, or where it would not be the same', async () => {
    const api = openApi()
    const plain = html.replace('{{name}}', 'Ann')
    expect(await htmlOf(api, { ...styled, inline_css: false })).toEqual([plain, plain])
    const odd = html.replace('p{', '{{name}} {')
    const template = { ...styled, locales: { en: { html: odd } } }
    const [status, made] = await said(api.post('/v1/templates/validate', { template }))
    expect([status, made.faults, made.warnings]).toEqual([
      200,
      [],
      [
        {
          path: 'locales.en.html',
          line: 1,
          rule: 'its CSS is not inlined: a tag in a style sheet is neither in a value nor around rules',
        },
      ],
    ])
  })
})

describe('GET /v1/templates/{id}/preview/html', () => {
  it('is a document for a frame, in which nothing runs', async () => {
    const api = openApi()
    const html = '<p>{{name}}</p><script>boo()</script>'
    await api.post('/v1/templates', { alias: 'a', locales: { en: { subject: 'S', html } } })
    const ask = (query: string) => api.fetch(`/v1/templates/a/preview/html${query}`)
    const answer = await ask(`?variables=${encodeURIComponent('{"name":"<Ann>"}')}`)
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/)
    const shown = await answer.text()
    expect(shown).toContain('<p>&lt;Ann&gt;</p>')
    expect(shown).not.toContain('script')
    expect((await ask('')).status).toBe(404)
    expect((await ask('?variables=[]')).status).toBe(422)
    expect((await ask('?version=7')).status).toBe(404)
  })
})
