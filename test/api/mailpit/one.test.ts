import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { capture, openApi, type OpenApi } from '../open-api.ts'
import { eml, put } from './inbox.ts'

const accept = { accept: '*/*' }

async function read(api: OpenApi, path: string): Promise<Record<string, unknown>> {
  return (await (await api.fetch(path)).json()) as Record<string, unknown>
}

async function text(api: OpenApi, path: string, init: RequestInit = {}) {
  const answer = await api.fetch(path, { headers: accept, ...init })
  const type = answer.headers.get('content-type')?.replace(/; ?charset=utf-8$/i, '')
  return [answer.status, type, await answer.text()]
}

describe('a message', () => {
  it('is shown whole, and is read then', async () => {
    const api = openApi()
    const id = await put(api, { tags: ['x'] })
    const picture = Buffer.from('iVBORw==', 'base64')
    const sum = (name: string) => createHash(name).update(picture).digest('hex')
    expect(await read(api, `/api/v1/message/${id.toUpperCase()}`)).toMatchObject({
      ...{ ID: id, MessageID: '1@acme.test', Subject: 'Your order', Username: '', Tags: ['x'] },
      From: { Name: 'Acme', Address: 'a@acme.test' },
      Bcc: [{ Name: '', Address: 'hidden@example.com' }],
      ReplyTo: [{ Name: '', Address: 'help@acme.test' }],
      ReturnPath: 'a@acme.test',
      Date: '2026-01-31T12:00:00.000Z',
      ...{ Text: 'Hello Bob', HTML: expect.stringContaining('cid:logo') as string },
      ListUnsubscribe: {
        Header: '<https://acme.test/u>, <mailto:u@acme.test>',
        Links: ['https://acme.test/u', 'mailto:u@acme.test'],
        Errors: '',
        HeaderPost: 'List-Unsubscribe=One-Click',
      },
      Inline: [
        {
          ...{ PartID: '0', FileName: 'logo.png', ContentType: 'image/png', ContentID: 'logo' },
          Size: 4,
          Checksums: { MD5: sum('md5'), SHA1: sum('sha1'), SHA256: sum('sha256') },
        },
      ],
      Attachments: [{ PartID: '1', FileName: 'evil.html', ContentType: 'text/html' }],
    })
    expect((await api.postern.captures.get(id, '*'))!.capture.seen).toBe(true)
  })

  it('has lists that are empty, never null, where it has nothing', async () => {
    const api = openApi()
    await put(api, { eml: '\r\n\r\n', to: [] })
    expect(await read(api, '/api/v1/message/latest')).toMatchObject({
      ...{ From: null, To: [], Cc: [], Bcc: [], ReplyTo: [], Inline: [], Attachments: [] },
      ListUnsubscribe: { Header: '', Links: [], Errors: '', HeaderPost: '' },
    })
  })

  it('is the newest as `latest`, or the newest that a search finds', async () => {
    const api = openApi()
    const [old, id] = [await put(api, { subject: 'Other' }), await put(api)]
    expect(await read(api, '/api/v1/message/latest')).toMatchObject({ ID: id })
    expect(await read(api, '/api/v1/message/latest?query=subject:other')).toMatchObject({ ID: old })
  })

  it('gives its header by the names that Go gives, its source, and its parts', async () => {
    const api = openApi()
    const id = await put(api)
    expect(await read(api, `/api/v1/message/${id}/headers`)).toMatchObject({
      'X-Own': ['1', '2'],
      'Message-Id': ['<1@acme.test>'],
    })
    const path = `/api/v1/message/${id}`
    expect(await text(api, `${path}/raw`)).toEqual([200, 'text/plain', eml])
    const saved = await api.fetch(`${path}/raw?dl=1`)
    expect(saved.headers.get('content-disposition')).toBe(`attachment; filename="${id}.eml"`)
    for (const part of ['part/0', 'part/0/thumb']) {
      const answer = await api.fetch(`${path}/${part}`)
      expect(answer.headers.get('content-type')).toBe('image/png')
      expect(Buffer.from(await answer.arrayBuffer()).toString('base64')).toBe('iVBORw==')
    }
    const evil = await api.fetch(`${path}/part/1`)
    expect(evil.headers.get('content-type')).toBe('text/html')
    expect(evil.headers.get('content-disposition')).toBe('attachment')
    expect(evil.headers.get('content-security-policy')).toContain('sandbox')
  })

  it('is shown as pages in which nothing runs', async () => {
    const api = openApi()
    const id = await put(api)
    expect(await text(api, '/view/latest.txt')).toEqual([...[200, 'text/plain', 'Hello Bob']])
    const page = await api.fetch(`//view/${id}.html?embed=1`)
    expect(page.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    expect(await page.text()).toContain(
      `<a href="https://acme.test/x">Hello</a><img src="/api/v1/message/${id}/part/0">`,
    )
    const latest = await api.fetch('/view/latest')
    expect([latest.status, latest.headers.get('location')]).toEqual([302, `/view/${id}.html`])
  })

  it('that is not there, or a part of it, is a 404 in a line of text', async () => {
    const api = openApi()
    const missing = ['/api/v1/message/latest', '/view/latest.html', '/view/latest', '/api/v1/x']
    for (const path of missing) expect([path, (await text(api, path))[0]]).toEqual([path, 404])
    const id = await put(api, { eml: 'Subject: x\r\n\r\nhello', project: 'shop' })
    const parts = ['', '/headers', '/raw', '/part/0', '/part/x', '/part/0/thumb']
    const paths = [
      ...parts.map((part) => `/api/v1/message/${id}${part}`),
      ...[`/view/${id}.html`, `/view/${id}.txt`, '/api/v1/message/nothing', '/api/v1/message/%00'],
    ]
    const ofOther = paths.map(async (path) => [path, (await text(api, path))[0]])
    expect(await Promise.all(ofOther)).toEqual(paths.map((path) => [path, 404]))
    await put(api, { eml: 'Subject: x\r\n\r\nhello' })
    for (const path of ['/view/latest.html', '/api/v1/message/latest/part/0'])
      expect(await text(api, path)).toEqual([...[404, 'text/plain', 'part not found']])
  })
})

describe('tags', () => {
  it('are set, renamed, removed and listed', async () => {
    const api = openApi()
    const [one, other] = [await put(api, { tags: ['old', 'x'] }), await put(api)]
    const put200 = async (method: string, path: string, body?: object) => {
      const init = { method, ...(body && { body: JSON.stringify(body) }) }
      expect((await text(api, path, init)).slice(0, 1)).toEqual([200])
      return read(api, '/api/v1/tags')
    }
    const set = { IDs: [other], Tags: ['New <tag>', 'old'] }
    expect(await put200('PUT', '/api/v1/tags', set)).toEqual(['New tag', 'old', 'x'])
    expect(await put200('PUT', '/api/v1/tags/OLD', { Name: 'X' })).toEqual(['New tag', 'X'])
    expect(await put200('DELETE', '/api/v1/tags/new%20tag')).toEqual(['X'])
    expect(await put200('PUT', '/api/v1/tags', { ids: [one, other] })).toEqual([])
    expect(await read(api, '/api/v1/info')).toMatchObject({ Messages: 2, Unread: 2, Tags: {} })
  })
})

describe('POST /api/v1/send', () => {
  const message = {
    From: { Email: 'ann@acme.test', Name: 'Ann, of Acme' },
    To: [{ Email: 'bob@example.com', Name: 'Bob' }],
    Bcc: ['hidden@example.com'],
    ReplyTo: [{ Email: 'help@acme.test' }],
    Subject: 'Hi',
    HTML: '<p>Hello',
    Headers: { 'X-Own': '1' },
    Tags: ['a', 'b'],
    Attachments: [{ Content: 'data:text/plain;base64,aGk=', Filename: 'a.txt' }],
  }

  it('has a message captured, whatever the engine, and answers its id when it is there', async () => {
    const api = openApi({ defaults: { engine: 'smtp', smtp: { host: 'mail.acme.test' } } })
    const sent = api.post('/api/v1/send', message)
    let id: string | undefined
    await expect
      .poll(
        async () => (id = (await api.postern.emails.list({ scope: '*', limit: 1 })).data[0]?.id),
      )
      .toBeDefined()
    const email = (await api.postern.emails.get(id!, '*'))!
    expect(email).toMatchObject({
      capture: true,
      from: { address: 'ann@acme.test', name: 'Ann, of Acme' },
      to: [{ address: 'bob@example.com', name: 'Bob' }],
      bcc: [{ address: 'hidden@example.com' }],
    })
    await capture(api, 'Subject: Hi\r\n\r\n', { id: id! })
    expect(await (await sent).json()).toEqual({ ID: id })
  })

  it('says in its own shape what is wrong with a message', async () => {
    const api = openApi()
    const wrong = await api.post('/api/v1/send', { ...message, To: [{ Email: 'nothing' }] })
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { Error: expect.any(String) as string },
    ])
    expect((await api.postern.emails.list({ scope: '*', limit: 1 })).data).toEqual([])
  })
})

it('releases a message by the rules of Postern alone', async () => {
  const api = openApi({ locks: { engine: 'noop' } })
  await put(api)
  const body = JSON.stringify(['me@acme.test'])
  expect(await text(api, '/api/v1/message/latest/release', { method: 'POST', body })).toEqual([
    ...[400, 'text/plain'],
    'the engine is locked to "noop" here: nothing can be sent',
  ])
  const free = openApi({ defaults: { engine: 'smtp', smtp: { host: 'mail.acme.test' } } })
  await put(free)
  const wish = { method: 'POST', body: JSON.stringify({ to: ['me@acme.test', 'you@acme.test'] }) }
  expect((await text(free, '/api/v1/message/latest/release', wish))[0]).toBe(200)
  const { data } = await free.postern.emails.list({ scope: '*', limit: 9 })
  expect(data.flatMap(({ to }) => to.map(({ address }) => address)).sort()).toEqual([
    ...['me@acme.test', 'you@acme.test'],
  ])
})
