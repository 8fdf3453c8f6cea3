import { describe, expect, it } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import { contentKey } from '../../../mail/content.ts'
import { asking, emailRequest } from '../../open-postern.ts'
import { anEmail, holding, openApi, said, text, type Json, type OpenApi } from '../open-api.ts'

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
const attachments = [
  { filename: 'réport.pdf', content: everyByte },
  { filename: 'logo.png', content: 'aGVsbG8=', content_id: 'logo' },
  { filename: 'c.bin', content: [1, 2, 3] },
]

async function sent(api: OpenApi, headers?: Record<string, string>) {
  const id = await api.send({ ...anEmail, html: '<img src="cid:logo">', attachments }, headers)
  const list = async (query = '') =>
    said(api.fetch(`/emails/${id}/attachments${query}`, { headers }))
  return { id, list }
}

const namesOf = ([, { data }]: [number, Json]) => data.map(({ filename }) => filename)

describe('GET /emails/{id}/attachments', () => {
  it('lists what the email has, in order', async () => {
    const { list } = await sent(openApi())
    const [status, body] = await list()
    expect(status).toBe(200)
    expect(body).toMatchObject({ object: 'list', has_more: false })
    expect(body.data[1]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      filename: 'logo.png',
      size: 5,
      content_type: 'image/png',
      content_disposition: 'inline',
      content_id: 'logo',
      download_url: text,
      expires_at: '2026-01-01T01:00:00.000Z',
    })
    expect(body.data[0]).toMatchObject({
      filename: 'réport.pdf',
      size: 256,
      content_type: 'application/pdf',
      content_disposition: 'attachment',
      content_id: null,
    })
  })

  it('is paged through in both directions', async () => {
    const { list } = await sent(openApi())
    const [, { data }] = await list()
    const [first, , last] = data.map(({ id }) => id)
    expect(namesOf(await list('?limit=2'))).toEqual(['réport.pdf', 'logo.png'])
    expect((await list('?limit=2'))[1]).toMatchObject({ has_more: true })
    expect(namesOf(await list(`?after=${first}`))).toEqual(['logo.png', 'c.bin'])
    expect(namesOf(await list(`?before=${last}&limit=1`))).toEqual(['logo.png'])
    expect((await list(`?after=${crypto.randomUUID()}`))[0]).toBe(422)
  })

  it('shows one, and 404 for one that is not there', async () => {
    const api = openApi()
    const { id, list } = await sent(api)
    const [, { data }] = await list()
    expect(await api.read(`/emails/${id}/attachments/${data[2]!.id}`)).toEqual({
      object: 'attachment',
      ...data[2],
    })
    const nothing = await said(api.fetch(`/emails/${id}/attachments/${crypto.randomUUID()}`))
    expect(nothing).toMatchObject([404, { name: 'not_found', message: 'Attachment not found' }])
  })

  it('is empty for an email without, and 404 for one whose content is gone', async () => {
    const api = openApi()
    const id = await api.send()
    expect(await api.read(`/emails/${id}/attachments`)).toMatchObject({ data: [] })
    await api.postern.blobs.remove(contentKey(id))
    expect(await said(api.fetch(`/emails/${id}/attachments`))).toMatchObject([
      404,
      { name: 'not_found', message: holding('no longer kept') },
    ])
    const nobody = await said(api.fetch(`/emails/${crypto.randomUUID()}/attachments`))
    expect(nobody).toMatchObject([404, { message: 'Email not found' }])
  })

  it('shows the files of an email that came as MIME', async () => {
    const api = openApi()
    const mime = [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; name=a.txt',
      'Content-Disposition: attachment; filename=a.txt',
      '',
      'hello',
      '--b--',
      '',
    ].join('\r\n')
    const content = { kind: 'raw', mime: Buffer.from(mime).toString('base64') } as const
    const caller = { owner: 'local', project: 'default', scope: '*', capture: true }
    const answer = await accept(api.postern, asking(emailRequest({ content })), caller)
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    const { data } = await api.read(`/emails/${answer.id}/attachments`)
    expect(data).toMatchObject([{ filename: 'a.txt', content_type: 'text/plain' }])
  })
})

describe('the link to an attachment', () => {
  async function guarded() {
    const api = openApi()
    const [, { id: key, token }] = await said(api.post('/api-keys', { name: 'k' }))
    const [, { token: other }] = await said(
      api.post('/api-keys', { name: 'o' }, { authorization: `Bearer ${token as string}` }),
    )
    const headers = { authorization: `Bearer ${token as string}` }
    const { list } = await sent(api, headers)
    const [, { data }] = await list()
    const url = data[0]!['download_url'] as string
    return { api, url, key, other: { authorization: `Bearer ${other as string}` } }
  }

  it('gives every byte without a key, as a file that nothing shows', async () => {
    const { api, url } = await guarded()
    const answer = await api.fetch(url)
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(everyByte)).toBe(true)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /)
  })

  it('works where no key is needed', async () => {
    const api = openApi()
    const { list } = await sent(api)
    const [, { data }] = await list()
    expect((await api.fetch(data[0]!['download_url'] as string)).status).toBe(200)
  })

  it.each([
    ['without its signature', (url: string) => url.replace(/&signature=.*/, '')],
    ['with another time', (url: string) => url.replace(/until=\d/, 'until=9')],
    ['for another file', (url: string) => url.replace(/.\/content/, 'x/content')],
    ['without anything', (url: string) => url.replace(/\?.*/, '')],
  ])('leads nowhere %s', async (_, change) => {
    const { api, url } = await guarded()
    expect(change(url)).not.toBe(url)
    expect((await api.fetch(change(url))).status).toBe(403)
  })

  it('ends after an hour', async () => {
    const { api, url } = await guarded()
    await api.clock.advance(3_600_000 - 1)
    expect((await api.fetch(url)).status).toBe(200)
    await api.clock.advance(1)
    expect((await api.fetch(url)).status).toBe(403)
  })

  it('ends with the key that asked for it', async () => {
    const { api, url, key, other } = await guarded()
    const { status } = await api.fetch(`/api-keys/${key}`, { method: 'DELETE', headers: other })
    expect(status).toBe(200)
    expect((await api.fetch(url)).status).toBe(403)
  })
})

describe('what Postern does not have below /emails', () => {
  it.each(['/emails/metrics', '/emails/receiving', '/emails/receiving/x'])(
    '%s is a 404',
    async (path) => {
      const api = openApi()
      for (const method of ['GET', 'POST'])
        expect(await said(api.fetch(path, { method }))).toMatchObject([404, { name: 'not_found' }])
    },
  )
})
