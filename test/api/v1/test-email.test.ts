import { describe, expect, it, onTestFinished } from 'vitest'
import { starterSet } from '../../../backends/web/starter-set.ts'
import { readFolder } from '../../../mail/template/folder.ts'
import { startSmtpServer } from '../../remote/smtp-server.ts'
import { holding, openApi, said, text } from '../open-api.ts'

describe('POST /v1/test-email', () => {
  it('refuses when there is no recipient', async () => {
    const api = openApi({ defaults: {} })
    const [status, { error }] = await said(api.post('/v1/test-email'))
    expect([status, error.errors]).toEqual([422, [{ path: 'to', rule: text }]])
  })

  it('says what became of it', async () => {
    const api = openApi()
    const answer = said(api.post('/v1/test-email', { to: 'me@example.com' }))
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    const { id } = (await api.read('/v1/emails')).data[0]!
    await api.post(`/v1/emails/${id}/cancel`)
    await api.clock.advance(25_000)
    expect(await answer).toEqual([
      200,
      expect.objectContaining({ id, state: 'canceled', to: ['me@example.com'], reason: null }),
    ])
  })

  it('with settings really sends with those, in the words of the server, and saves nothing', async () => {
    const api = openApi()
    const remote = await startSmtpServer({
      rcpt: ({ line }) => (/no@/.test(line) ? '550 5.1.1 nobody' : undefined),
    })
    onTestFinished(() => remote.close())
    const smtp = { host: '127.0.0.1', port: remote.port, security: 'none' }
    const settings = { engine: 'smtp', smtp, from: { address: 'a@acme.test' } }
    const send = (to: string) => said(api.post('/v1/test-email', { to, settings }))
    const [status, sent] = await send('yes@example.com')
    expect([status, sent]).toMatchObject([
      200,
      { state: 'sent', reason: holding('250 2.0.0'), last_engine: 'smtp' },
    ])
    expect(remote.emails).toHaveLength(1)
    expect(await send('no@example.com')).toMatchObject([
      200,
      { state: 'failed', reason: holding('550 5.1.1 nobody') },
    ])
    expect((await api.read('/v1/settings'))['saved']).toEqual({})
    expect((await api.read('/v1/emails')).data).toHaveLength(2)
  })

  it('is made from the template "test": the own one, or that of the starter set', async () => {
    const smtp = { engine: 'smtp', smtp: { host: '127.0.0.1', port: 1, security: 'none' } }
    const send = async (api: ReturnType<typeof openApi>, locale?: string) => {
      const body = { to: 'me@example.com', locale, settings: { ...smtp, from: { name: 'Acme' } } }
      return (await said(api.post('/v1/test-email', body)))[1]
    }
    const starters = starterSet()
    expect(await send(openApi({ starterSet: starters }), 'de-AT')).toMatchObject({
      subject: 'Test-E-Mail von Acme',
      template: { name: 'test', locale: 'de' },
    })
    const source = '---\nsubject: Mine, {{product}} {{mood}} by {{engine}}\n---\n<p>Hi</p>'
    const own = async (described: object) => {
      const json = JSON.stringify(described)
      const texts = { 'test/template.json': json, 'test/en.html': source }
      const { templates } = await readFolder(new Map(Object.entries(texts)), async () => undefined)
      return openApi({ starterSet: starters, templates: async () => templates })
    }
    expect(await send(await own({ samples: { mood: 'well', product: 'x' } }))).toMatchObject({
      subject: 'Mine, Acme well by smtp',
    })
    expect(await send(await own({}))).toMatchObject({
      error: {
        errors: [{ path: 'template.variables.mood', rule: holding('test/en.html, line 2') }],
      },
    })
  })

  it.each([
    [{ settings: { nosuch: 1 } }, ['nosuch']],
    [{ settings: { delivery: { giveUpAfterHours: 3 } } }, ['delivery.giveUpAfterHours']],
    [{ secrets: { nosuch: 'x' } }, ['secrets.nosuch']],
    [{ settings: 'x', to: 'nobody' }, ['settings', 'to']],
  ])('refuses %j and sends nothing', async (body, paths) => {
    const api = openApi({ locks: { delivery: { giveUpAfterHours: 2 } } })
    const [status, { error }] = await said(api.post('/v1/test-email', body))
    const errors = error.errors as { path: string }[]
    expect([status, errors.map(({ path }) => path).sort()]).toEqual([422, paths])
    expect((await api.read('/v1/emails')).data).toEqual([])
  })
})
