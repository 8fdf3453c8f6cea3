import { describe, expect, it, onTestFinished } from 'vitest'
import { openWeb } from '../../../backends/web/index.ts'
import { webSite } from '../../remote/web-site.ts'
import { anEmail, holding, openApi, said } from '../open-api.ts'

async function opened(fetchUrls = true) {
  const site = await webSite()
  onTestFinished(() => site.close())
  const defaults = { attachments: { fetchUrls } }
  return { site, api: openApi({ defaults, web: openWeb(site.options) }) }
}

const email = (...attachments: object[]) => ({ ...anEmail, attachments })
const url = 'https://elsewhere.test/files/r%C3%A9port.pdf?x=1'

describe('an attachment named by a URL', () => {
  it('is refused, not left out, while fetching is switched off', async () => {
    const { api, site } = await opened(false)
    const file = { filename: 'a.txt', content: 'aGVsbG8=' }
    expect(await said(api.post('/emails', email(file, { path: url })))).toEqual([
      422,
      {
        statusCode: 422,
        name: 'invalid_attachment',
        message: holding('`attachments.1.path` field: fetching attachments by URL is off'),
      },
    ])
    expect(site.connected).toEqual([])
    expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
  })

  it('is fetched, named after the URL', async () => {
    const { api, site } = await opened()
    site.answer = (_, answer) => void answer.setHeader('content-type', 'text/html').end('%PDF')
    const id = await api.send(email({ path: url }))
    const { data } = await api.read(`/emails/${id}/attachments`)
    expect(data).toMatchObject([
      { filename: 'réport.pdf', content_type: 'application/pdf', size: 4 },
    ])
  })

  it.each([
    ['what the caller says', { content_type: 'a/b' }, 'https://elsewhere.test/x', 'a/b'],
    [
      'what the site says where the name says nothing',
      {},
      'https://elsewhere.test/x',
      'image/webp',
    ],
    ['the name of the file', { filename: 'a.csv' }, 'https://elsewhere.test/x', 'text/csv'],
  ])('has the type of %s', async (_, part, path, type) => {
    const { api, site } = await opened()
    site.answer = (_request, answer) => void answer.setHeader('content-type', 'image/webp').end('x')
    const id = await api.send(email({ path, ...part }))
    const { data } = await api.read(`/emails/${id}/attachments`)
    expect(data).toMatchObject([{ content_type: type }])
  })

  it.each([
    ['http://elsewhere.test/', 'an https URL is needed'],
    ['https://127.0.0.1/', 'public internet'],
    ['https://elsewhere.test:8443/', 'without a port'],
    ['https://u:p@elsewhere.test/', 'without user'],
    ['file:///etc/passwd', 'https'],
    ['x'.repeat(3_000), '2048 characters'],
  ])('is refused for %s', async (path, words) => {
    const { api, site } = await opened()
    const [status, { name, message }] = await said(api.post('/emails', email({ path })))
    expect([status, name, message]).toEqual([422, 'invalid_attachment', holding(words)])
    expect(site.connected).toEqual([])
  })

  it('is refused with the status of the site, and nothing else of it', async () => {
    const { api, site } = await opened()
    site.answer = (_, answer) => void answer.writeHead(403).end('secret words')
    const [status, { message }] = await said(api.post('/emails', email({ path: url })))
    expect([status, message]).toEqual([422, holding('status 403')])
    expect(message).not.toContain('secret')
  })

  it('is not fetched for an email that is refused anyway', async () => {
    const { api, site } = await opened()
    await api.post('/emails', { ...email({ path: url }), to: 'x@@y' })
    const batch = [{ ...anEmail, to: 'x@@y' }, email({ path: url })]
    await api.post('/emails/batch', batch)
    expect(site.connected).toEqual([])
    await api.post('/emails/batch', batch, { 'x-batch-validation': 'permissive' })
    expect(site.connected).toHaveLength(1)
  })

  it('of more than 40 MB after base64 is refused', async () => {
    const { api, site } = await opened()
    site.answer = (_, answer) => void answer.end(Buffer.alloc(30_000_001))
    const [status, { message }] = await said(api.post('/emails', email({ path: url })))
    expect([status, message]).toEqual([422, holding('larger than 30000000 bytes')])
  })
})

describe('the sender domains', () => {
  const senderDomains = ['acme.test']

  it('are the only ones that may stand in From, in every dialect', async () => {
    const api = openApi({ defaults: { senderDomains } })
    const from = (address: string) => said(api.post('/emails', { ...anEmail, from: address }))
    expect((await from('A <a@ACME.test>'))[0]).toBe(200)
    for (const address of ['a@else.test', 'a@sub.acme.test', 'a@notacme.test'])
      expect(await from(address)).toMatchObject([
        403,
        { name: 'validation_error', message: holding('domain is not verified') },
      ])
    const send = { from: { email: 'a@else.test' }, subject: 'Hi' }
    const [status] = await said(
      api.post('/v3/mail/send', {
        ...send,
        personalizations: [{ to: [{ email: 'b@example.com' }] }],
        content: [{ type: 'text/plain', value: 'Hello' }],
      }),
    )
    expect(status).toBe(403)
    expect((await api.postern.emails.list({ scope: '*', limit: 9 })).data).toHaveLength(1)
  })

  it('say nothing of a From that is never shown', async () => {
    const own = { address: 'no-reply@acme.test' }
    const api = openApi({ defaults: { senderDomains, fromPolicy: 'default', from: own } })
    expect((await api.post('/emails', { ...anEmail, from: 'a@else.test' })).status).toBe(200)
    const other = openApi({
      defaults: { senderDomains: [], fromPolicy: 'default', from: own },
    })
    expect((await other.post('/emails', { ...anEmail, from: 'a@else.test' })).status).toBe(403)
  })
})
