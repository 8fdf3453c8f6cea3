import { createRequire } from 'node:module'
import { Resend } from 'resend'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hosts, type Host } from './hosts.ts'
import { sendGridVersions } from './sendgrid-versions.ts'

/** What is used of it; its own types name only the one instance that the package exports. */
interface Client {
  setApiKey(key: string): void
  setDefaultRequest(name: string, value: string): void
  request(asked: object): Promise<[{ statusCode: number; body: unknown }, unknown]>
}

const { Client: SendGridClient } = createRequire(import.meta.url)('@sendgrid/client') as {
  Client: new () => Client
}

const some: unknown = expect.any(String)
const holding = (part: string): unknown => expect.stringContaining(part)

describe.each(hosts)('templates that are kept by $name', ({ open }) => {
  let host: Host
  let resend: Resend
  beforeAll(async () => {
    host = await open()
    resend = new Resend(host.key, { baseUrl: host.baseUrl })
  })
  afterAll(() => host.close())

  async function captured(to: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${host.key}` }
    const read = async (path: string) =>
      (await fetch(`${host.baseUrl}${path}`, { headers })).json() as Promise<unknown>
    const { data } = (await read(`/v1/captures?to=${to}&wait=20`)) as { data: { id: string }[] }
    return read(`/v1/captures/${data[0]!.id}`)
  }

  describe('by resend', () => {
    it('are made and published in one chain, sent, and edited meanwhile', async () => {
      const { data, error } = await resend.templates
        .create({
          name: 'Order',
          alias: 'order',
          from: 'Shop <shop@acme.test>',
          replyTo: 'help@acme.test',
          subject: 'Order {{{ORDER}}}',
          html: '<p>{{{NAME}}}, order {{{ORDER}}}</p>',
          variables: [
            { key: 'ORDER', type: 'number' },
            { key: 'NAME', type: 'string', fallbackValue: 'friend' },
          ],
        })
        .publish()
      expect(error).toBeNull()
      expect(data).toEqual({ object: 'template', id: some })
      const { id } = data!
      const changed = await resend.templates.update('order', { html: '<p>other</p>' })
      expect(changed.data).toEqual({ object: 'template', id })
      const template = { id: 'order', variables: { ORDER: 7 } }
      expect((await resend.emails.send({ to: 'r1@there.test', template })).error).toBeNull()
      expect(await captured('r1@there.test')).toMatchObject({
        subject: 'Order 7',
        text: 'friend, order 7',
        html: '<p>friend, order 7</p>',
      })
      const refused = await resend.emails.send({ to: 'r2@there.test', template: { id } })
      expect(refused.error).toMatchObject({
        name: 'validation_error',
        message: holding('"ORDER" is missing (subject, line 1, locale en)'),
      })
    })

    it('are told as Resend tells of them', async () => {
      const { data } = await resend.templates.get('order')
      expect(data).toEqual({
        object: 'template',
        id: some,
        name: 'Order',
        status: 'published',
        published_at: some,
        created_at: some,
        updated_at: some,
        alias: 'order',
        current_version_id: some,
        from: 'Shop <shop@acme.test>',
        subject: 'Order {{{ORDER}}}',
        reply_to: ['help@acme.test'],
        html: '<p>other</p>',
        text: null,
        variables: [
          {
            id: some,
            key: 'ORDER',
            type: 'number',
            fallback_value: null,
            created_at: some,
            updated_at: some,
          },
          {
            id: some,
            key: 'NAME',
            type: 'string',
            fallback_value: 'friend',
            created_at: some,
            updated_at: some,
          },
        ],
        has_unpublished_versions: true,
      })
      const bare = await resend.templates.create({ name: 'Bare', html: 'x' })
      expect((await resend.templates.get(bare.data!.id)).data).toMatchObject({
        status: 'draft',
        published_at: null,
        alias: null,
        current_version_id: null,
        from: null,
        subject: null,
        reply_to: null,
        text: null,
        variables: null,
      })
      const never = await resend.emails.send({
        to: 'r3@there.test',
        from: 'a@acme.test',
        template: { id: bare.data!.id },
      })
      expect(never.error?.message).toContain('was never published')
    })

    it('lose what is set to null, and nothing else', async () => {
      const kept = { name: 'Kept', html: 'kept' }
      const gone = { text: 'gone', subject: 'gone', from: 'gone@acme.test' }
      const { data: made } = await resend.templates.create({ ...kept, ...gone })
      const { id } = made!
      const change = { subject: null, text: null, from: null, name: undefined }
      expect((await resend.templates.update(id, change)).error).toBeNull()
      expect((await resend.templates.get(id)).data).toMatchObject({
        name: 'Kept',
        html: 'kept',
        subject: null,
        text: null,
        from: null,
      })
      await resend.templates.remove(id)
    })

    it('are listed page by page, duplicated and removed', async () => {
      const chain = await resend.templates.duplicate('order').publish()
      expect(chain.error).toBeNull()
      const { data: page } = await resend.templates.list({ limit: 1 })
      expect(page).toMatchObject({
        object: 'list',
        has_more: true,
        data: [{ id: chain.data!.id, name: 'Order (copy)', status: 'published', alias: null }],
      })
      const after = await resend.templates.list({ limit: 100, after: chain.data!.id })
      expect(after.data!.data.slice(0, 2).map(({ name }) => name)).toEqual(['Bare', 'Order'])
      const before = await resend.templates.list({ before: after.data!.data[0]!.id })
      expect(before.data!.data.map(({ id }) => id)).toEqual([chain.data!.id])
      const { data: removed } = await resend.templates.remove('order')
      expect(removed).toMatchObject({ object: 'template', deleted: true })
      expect((await resend.templates.get('order')).error).toMatchObject({
        name: 'not_found',
        message: 'Template not found',
      })
    })

    it.each([
      [{ html: '{{#if a}}' }, '`html` field: line 1'],
      [{ html: 'a\n{{> b}}' }, '`html` field: line 2: there is no partial "b"'],
      [{ subject: '{{shout a}}' }, '`subject` field: line 1: there is no helper "shout"'],
      [
        { variables: [{ key: 'FIRST_NAME', type: 'string' }] },
        '`variables.0.key` field: is a reserved',
      ],
      [
        { variables: Array(51).fill({ key: 'a', type: 'string' }) },
        '`variables` field: at most 50',
      ],
      [{ alias: 'a b' }, '`alias` field'],
      [{ name: '' }, 'Missing `name` field'],
      [{ html: '' }, 'Missing `html` field'],
    ])('are refused with the field: %j', async (wrong, words) => {
      const { error } = await resend.templates.create({ name: 'x', html: 'x', ...wrong })
      expect(error).toMatchObject({ statusCode: 422, message: holding(words) })
    })
  })

  describe("by SendGrid's client", () => {
    let client: Client
    beforeAll(() => {
      client = new SendGridClient()
      client.setApiKey(host.key)
      client.setDefaultRequest('baseUrl', `${host.baseUrl}/`)
    })

    async function ask(method: string, url: string, body?: object, qs?: object) {
      const [{ statusCode, body: answer }] = await client.request({ method, url, body, qs })
      return [statusCode, answer] as [number, Record<string, string> & { result: object[] }]
    }

    /** The status and the body of a refusal. */
    const refused = (...asked: Parameters<typeof ask>) =>
      ask(...asked).then(
        () => undefined,
        ({ code, response }: { code: number; response: { body: unknown } }) => [
          code,
          response.body,
        ],
      )

    let id: string
    let version: string

    it('are made with versions, of which the first is active', async () => {
      const [status, made] = await ask('POST', '/v3/templates', {
        name: 'Receipt',
        generation: 'dynamic',
      })
      expect([status, made]).toEqual([
        201,
        {
          id: expect.stringMatching(/^d-[0-9a-f]{32}$/) as string,
          name: 'Receipt',
          generation: 'dynamic',
          updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
          versions: [],
        },
      ])
      id = made['id']!
      const [created, first] = await ask('POST', `/v3/templates/${id}/versions`, {
        name: 'one',
        subject: 'Receipt for {{name}}',
        html_content: '<p>{{name}}: {{#if paid}}paid{{else}}open{{/if}}</p>',
        test_data: '{"name":"Ann"}',
        active: 0,
        editor: 'code',
      })
      expect([created, first]).toMatchObject([
        201,
        {
          template_id: id,
          active: 1,
          name: 'one',
          plain_content: '',
          generate_plain_content: true,
          test_data: '{"name":"Ann"}',
        },
      ])
      version = first['id']!
      const [, next] = await ask('POST', `/v3/templates/${id}/versions`, {
        name: 'two',
        subject: 'Two',
        html_content: 'two',
      })
      const [, template] = await ask('GET', `/v3/templates/${id}`)
      expect(template).toMatchObject({
        versions: [
          { id: next['id'], active: 0, name: 'two' },
          { id: version, active: 1, html_content: holding('{{name}}') },
        ],
      })
    })

    it('are sent by id, with the data of each personalization', async () => {
      const mail = new (sendGridVersions.at(-1)!.MailService)()
      mail.setApiKey(host.key)
      const { client: requests } = mail as unknown as { client: Client }
      requests.setDefaultRequest('baseUrl', host.baseUrl)
      const one = (to: string, dynamicTemplateData: object) => ({ to, dynamicTemplateData })
      const [answer] = await mail.send({
        from: 'a@acme.test',
        templateId: id,
        personalizations: [
          one('s1@there.test', { name: 'Ann', paid: true }),
          one('s2@there.test', { name: 'Bo' }),
        ],
      })
      expect(answer.statusCode).toBe(202)
      expect(await captured('s1@there.test')).toMatchObject({
        subject: 'Receipt for Ann',
        text: 'Ann: paid',
        html: '<p>Ann: paid</p>',
      })
      expect(await captured('s2@there.test')).toMatchObject({ text: 'Bo: open' })
    })

    it('are changed under the same id, activated, duplicated and removed', async () => {
      const path = `/v3/templates/${id}/versions/${version}`
      const [, changed] = await ask('PATCH', path, { subject: 'Changed' })
      expect(changed).toMatchObject({ id: version, active: 1, name: 'one', subject: 'Changed' })
      const [, template] = await ask('GET', `/v3/templates/${id}`)
      const versions: unknown = template['versions']
      const other = (versions as { id: string; active: number }[]).find(
        ({ active }) => active === 0,
      )!
      const [, activated] = await ask('POST', `/v3/templates/${id}/versions/${other.id}/activate`)
      expect(activated).toMatchObject({ id: other.id, active: 1, subject: 'Two' })
      expect((await ask('GET', path))[1]).toMatchObject({ active: 0, subject: 'Changed' })
      const [status, copy] = await ask('POST', `/v3/templates/${id}`, { name: 'Copy' })
      expect([status, copy]).toMatchObject([
        201,
        { name: 'Copy', versions: [{ active: 1, name: 'two' }] },
      ])
      expect((await ask('DELETE', path))[0]).toBe(204)
      expect((await refused('GET', path))?.[0]).toBe(404)
      expect((await ask('PATCH', `/v3/templates/${id}`, { name: 'Bill' }))[1]).toMatchObject({
        name: 'Bill',
        versions: [{ id: other.id }],
      })
      const own = await ask('GET', '/v3/templates', undefined, {
        generations: 'dynamic',
        page_size: 1,
      })
      expect(own).toMatchObject([
        200,
        { result: [{ name: 'Copy' }], templates: [{ name: 'Copy' }] },
      ])
      const [, { result }] = await ask('GET', '/v3/templates')
      expect(result).toEqual(
        expect.arrayContaining([expect.objectContaining({ id, name: 'Bill' })]),
      )
      expect((await ask('DELETE', `/v3/templates/${id}`))[0]).toBe(204)
      expect((await refused('GET', `/v3/templates/${id}`))?.[0]).toBe(404)
    })

    it.each([
      ['/v3/templates', { name: 'x', generation: 'legacy' }, 'generation'],
      ['/v3/templates', { name: 'x'.repeat(101) }, 'name'],
      ['/v3/templates', {}, 'name'],
      ['versions', { name: 'x', html_content: '\n{{#each a}}' }, 'html_content'],
      ['versions', { name: 'x', subject: '{{> a}}' }, 'subject'],
      ['versions', { name: 'x', subject: 'x'.repeat(256) }, 'subject'],
      ['versions', { name: 'x', test_data: '[]' }, 'test_data'],
      ['versions', { name: 'x', active: 2 }, 'active'],
    ])('are refused with the field: %s %j', async (where, body, field) => {
      const [, made] = await ask('POST', '/v3/templates', { name: 'y' })
      const url = where === 'versions' ? `/v3/templates/${made['id']}/versions` : where
      const [code, { errors }] = (await refused('POST', url, body)) as [
        number,
        { errors: object[] },
      ]
      expect([code, errors]).toMatchObject([400, [{ field, message: holding(field) }]])
    })
  })
})
