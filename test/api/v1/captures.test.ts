import MailComposer from 'nodemailer/lib/mail-composer'
import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import type { CaptureQuery } from '../../../mail/ports/captures.ts'
import { accept } from '../../../mail/accept/accept.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { readRawRequest } from '../../../mail/request/raw-request.ts'
import {
  anEmail,
  capture,
  holding,
  type Json,
  openApi,
  type OpenApi,
  said,
  text,
} from '../open-api.ts'

const now = Date.UTC(2026, 0, 1)

async function composed(mail: ConstructorParameters<typeof MailComposer>[0]): Promise<Buffer> {
  return new MailComposer({ from: 'a@acme.test', to: 'b@example.com', ...mail }).compile().build()
}

async function captured(api: OpenApi, mail: Parameters<typeof composed>[0]): Promise<string> {
  const id = newId(now)
  await capture(api, await composed(mail), { id })
  return id
}

/** A multipart with the boundary B of these parts. */
function multipart(type: string, ...parts: string[]): string {
  const between = parts.map((part) => `--B\r\n${part}\r\n`).join('')
  return `Content-Type: multipart/${type}; boundary=B\r\n\r\n${between}--B--\r\n`
}

describe('GET /v1/captures', () => {
  it('lists captures newest first, with the envelope', async () => {
    const api = openApi()
    const ids = [newId(now), newId(now), newId(now)]
    for (const id of ids) await capture(api, 'Subject: Hi\r\n\r\nHello', { id })
    const { data, has_more } = await api.read('/v1/captures?limit=2')
    expect(has_more).toBe(true)
    expect(data[0]).toEqual({
      id: ids[2],
      email_id: ids[2],
      created_at: '2026-01-01T00:00:00.000Z',
      from: 'a@acme.test',
      to: ['b@example.com'],
      subject: 'Hi',
      size: 20,
      seen: false,
    })
    const rest = await api.read(`/v1/captures?after=${ids[1]}`)
    expect(rest.data.map(({ id }) => id)).toEqual([ids[0]])
  })

  it('finds them by recipient, in whatever spelling, and by part of the subject', async () => {
    const api = openApi()
    const mine = { id: newId(now), to: ['bob@xn--bcher-kva.example'], subject: 'Your receipt' }
    await capture(api, 'Subject: x\r\n\r\n', mine)
    await capture(api, 'Subject: x\r\n\r\n', { id: newId(now), subject: 'Your receipt' })
    for (const to of ['bob@BÜCHER.example', ' bob@bücher.example ', 'Bob@xn--bcher-kva.example']) {
      const query = new URLSearchParams({ to, subject: 'RECEIPT' })
      const { data } = await api.read(`/v1/captures?${query.toString()}`)
      expect(data.map(({ id }) => id)).toEqual([mine.id])
    }
    expect((await api.read('/v1/captures?to=nobody@example.com')).data).toEqual([])
  })

  it('finds them by an address with a plus, encoded or as it is typed', async () => {
    const api = openApi()
    const [mine, quoted] = [newId(now), newId(now)]
    await capture(api, 'Subject: x\r\n\r\n', { id: mine, to: ['you+tag@example.com'] })
    await capture(api, 'Subject: x\r\n\r\n', { id: newId(now), to: ['you@example.com'] })
    await capture(api, 'Subject: x\r\n\r\n', { id: quoted, to: ['"a+b.."@example.com'] })
    const found = async (to: string) => {
      const { data } = await api.read(`/v1/captures?to=${to}`)
      return data.map(({ id }) => id)
    }
    for (const to of ['you+tag@example.com', 'you%2Btag@example.com', 'you%20tag@example.com'])
      expect(await found(to)).toEqual([mine])
    expect(await found('%22a%2Bb..%22@example.com')).toEqual([quoted])
  })

  it('finds them by words of the text as it was sent, also over SMTP and as html', async () => {
    const api = openApi()
    const worked = async () => {
      const [job] = api.postern.queue.take(1, 1)
      await deliver(api.postern, job!)
      await api.postern.queue.acknowledge(job!)
    }
    const plain = await api.send({ ...anEmail, text: 'Your receipt 4711' })
    await worked()
    const page = await api.send({ ...anEmail, text: undefined, html: '<p>Your <b>invoice</b>' })
    await worked()
    const mime = await composed({ html: '<p>Your <i>reminder</i></p>', text: undefined })
    const { request } = readRawRequest(mime, { from: 'a@acme.test', to: ['b@example.com'] }) as {
      request: EmailRequest
    }
    const caller = { owner: 'local', capture: false }
    const raw = await accept(api.postern, () => ({ request }), caller)
    await worked()
    const found = async (q: string) =>
      (await api.read(`/v1/captures?${new URLSearchParams({ q }).toString()}`)).data.map(
        ({ id }) => id,
      )
    expect(await found('4711 rece')).toEqual([plain])
    expect(await found('INVOICE')).toEqual([page])
    expect(await found('reminder')).toEqual(['id' in raw ? raw.id : ''])
    expect(await found('b@example.com')).toHaveLength(3)
    expect(await found('  ')).toHaveLength(3)
    expect(await found('<i>')).toEqual([])
  })

  it('says how many there are and how many are unread, whatever it shows', async () => {
    const api = openApi()
    const id = await captured(api, { text: 'x' })
    await captured(api, { text: 'x' })
    const seen = (value: unknown, path = id) => said(api.post(`/v1/captures/${path}/seen`, value))
    expect(await seen({ seen: true })).toEqual([200, { id, seen: true }])
    expect(await api.read('/v1/captures?q=nothing')).toEqual({
      data: [],
      has_more: false,
      total: 2,
      unread: 1,
    })
    expect((await api.read(`/v1/captures/${id}`))['seen']).toBe(true)
    expect(await seen({ seen: false })).toEqual([200, { id, seen: false }])
    expect((await api.read('/v1/captures'))['unread']).toBe(2)
    expect((await seen({ seen: 'yes' }))[0]).toBe(422)
    expect((await seen({}))[0]).toBe(422)
    expect((await seen({ seen: true }, newId(now)))[0]).toBe(404)
  })

  it.each(['to=nobody', 'limit=0', 'limit=101', 'wait=21', 'wait=-1', 'wait=x', 'after=x'])(
    'refuses %s and says which rule it breaks',
    async (query) => {
      const [status, { error }] = await said(openApi().fetch(`/v1/captures?${query}`))
      expect([status, error.code]).toEqual([422, 'invalid_parameter'])
      expect(error.errors).toEqual([{ path: query.split('=')[0], rule: text }])
    },
  )
})

describe('GET /v1/captures?wait', () => {
  it('answers at once when there is something already', async () => {
    const api = openApi()
    await captured(api, { text: 'Hello' })
    expect((await api.read('/v1/captures?wait=20')).data).toHaveLength(1)
    expect(api.clock.waiting).toBe(0)
  })

  it('answers within 100 ms of the capture that it waits for, and of no other', async () => {
    const api = openApi()
    const mine = newId(now)
    let answeredAt = 0
    const answer = api
      .read('/v1/captures?to=bob@example.com&wait=20')
      .finally(() => (answeredAt = performance.now()))
    await captured(api, { text: 'Not for Bob' })
    expect(answeredAt).toBe(0)
    await capture(api, 'Subject: x\r\n\r\n', { id: mine, to: ['bob@example.com'] })
    const capturedAt = performance.now()
    expect((await answer).data.map(({ id }) => id)).toEqual([mine])
    expect(answeredAt - capturedAt).toBeLessThan(100)
    expect(api.clock.waiting).toBe(0)
  })

  it('answers with what is newer than the newest that was seen', async () => {
    const api = openApi()
    const newest = await captured(api, { text: 'Hello' })
    const answer = api.read(`/v1/captures?before=${newest}&wait=20`)
    const newer = await captured(api, { text: 'Hello again' })
    expect((await answer).data.map(({ id }) => id)).toEqual([newer])
  })

  it('misses nothing that is captured right after it looked', async () => {
    const api = openApi()
    const { captures } = api.postern
    const look = captures.list.bind(captures)
    Object.assign(captures, {
      list: async (query: CaptureQuery) => {
        const page = await look(query)
        if (page.data.length === 0) await captured(api, { text: 'Hello' })
        return page
      },
    })
    let inTime: Json | undefined
    const answer = api.read('/v1/captures?wait=20').then((page) => (inTime ??= page))
    for (let turn = 0; turn < 100 && !inTime; turn++)
      await new Promise((resolve) => setImmediate(resolve))
    expect(inTime?.data).toMatchObject([{ to: ['b@example.com'] }])
    await answer
  })

  it('answers with nothing when the time is up', async () => {
    const api = openApi()
    const answer = api.read('/v1/captures?wait=20')
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    await api.clock.advance(20_000)
    expect(await answer).toEqual({ data: [], has_more: false, total: 0, unread: 0 })
  })

  it('stops waiting for a caller who is gone', async () => {
    const api = openApi()
    const caller = new AbortController()
    const answer = api.fetch('/v1/captures?wait=20', { signal: caller.signal })
    while (api.clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    caller.abort()
    await answer
    expect(api.clock.waiting).toBe(0)
  })
})

describe('GET /v1/captures/{id}', () => {
  it('takes the email apart', async () => {
    const api = openApi()
    const id = await captured(api, {
      from: '"Acme, Inc." <a@acme.test>',
      to: ['Bob <b@example.com>', 'c@example.com'],
      cc: 'd@example.com',
      replyTo: 'help@acme.test',
      subject: 'Grüße',
      headers: { 'X-Kind': 'test' },
      text: 'Hello. See https://acme.test/a?x=1, or (http://acme.test/b).',
      html: '<p>Hello <a href="https://acme.test/c&amp;d">there</a> <a href="javascript:alert(1)">x</a>',
      attachments: [
        { filename: 'räksmörgås.txt', content: 'abc' },
        { filename: 'dot.png', content: Buffer.from([1, 2]), cid: 'dot' },
      ],
    })
    const view = await api.read(`/v1/captures/${id}`)
    expect(view).toMatchObject({
      id,
      from: 'a@acme.test',
      to: ['b@example.com'],
      header_from: [{ address: 'a@acme.test', name: 'Acme, Inc.' }],
      header_to: [
        { address: 'b@example.com', name: 'Bob' },
        { address: 'c@example.com', name: '' },
      ],
      header_cc: [{ address: 'd@example.com', name: '' }],
      header_reply_to: [{ address: 'help@acme.test', name: '' }],
      text: holding('Hello. See'),
      html: holding('javascript:'),
      links: ['https://acme.test/c&d', 'https://acme.test/a?x=1', 'http://acme.test/b'],
      codes: [],
      attachments: [
        { n: 0, filename: 'dot.png', content_type: 'image/png', size: 2, content_id: 'dot' },
        { n: 1, filename: 'räksmörgås.txt', content_type: 'text/plain', size: 3, content_id: null },
      ],
      malformed: null,
    })
    expect(view.headers).toContainEqual({ name: 'X-Kind', value: 'test' })
  })

  it.each([
    ['no MIME at all', Buffer.from([0, 1, 2, 255])],
    ['nothing', Buffer.alloc(0)],
    ['a boundary that never ends', 'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na'],
    ['an unknown charset', 'Content-Type: text/plain; charset=klingon\r\n\r\na'],
    ['base64 that is none', 'Content-Transfer-Encoding: base64\r\n\r\n%%%%'],
  ])('shows %s', async (_, eml) => {
    const api = openApi()
    const id = newId(now)
    await capture(api, eml, { id })
    expect((await api.fetch(`/v1/captures/${id}`)).status).toBe(200)
    expect(api.logged).toEqual([])
  })

  it('shows as raw text what no parser takes', async () => {
    const api = openApi()
    const id = newId(now)
    const nested = Array.from(
      { length: 300 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    ).join('')
    await capture(api, nested, { id })
    const view = await api.read(`/v1/captures/${id}`)
    expect(view).toMatchObject({ text: nested, html: null, malformed: text })
  })

  it.each([
    [
      'a code that only the html part names',
      multipart(
        'alternative',
        'Content-Type: text/plain\r\n\r\nPlease use a program that shows HTML.',
        'Content-Type: text/html\r\n\r\n<p>Your code is <b>481516</b></p>',
      ),
      { codes: ['481516'], text: 'Please use a program that shows HTML.' },
    ],
    [
      'a code in cells of a table',
      'Content-Type: text/html\r\n\r\n<table><tr><td>Code</td><td>481516</td></tr></table>',
      { codes: ['481516'], text: null },
    ],
    [
      'a code glued to its label, and one that the subject announces',
      'Subject: Your code\r\n\r\nYour code:481516\r\n\r\nor\r\n\r\ncode 4711',
      { codes: ['481516', '4711'] },
    ],
    [
      'a link that ends in an underscore',
      'Subject: s\r\n\r\nhttps://example.com/reset/abc_\r\n',
      { links: ['https://example.com/reset/abc_'] },
    ],
    [
      'UTF-8 that calls itself ASCII',
      'Content-Type: text/plain; charset=ANSI_X3.4-1968\r\n\r\nSicherung für Größe ✓',
      { text: 'Sicherung für Größe ✓' },
    ],
    [
      'names in a charset of DOS',
      'From: =?cp437?q?J=81rgen?= <j@a.test>\r\nTo: g: =?cp437?q?=81?= <b@c.de>;\r\n\r\nx',
      {
        header_from: [{ name: 'Jürgen', address: 'j@a.test' }],
        header_to: [{ name: 'ü', address: 'b@c.de' }],
      },
    ],
    [
      'a multipart without a boundary, as it lies there',
      'Content-Type: multipart/mixed\r\n\r\n--B\r\n\r\nYour code is 481516',
      {
        text: '--B\n\nYour code is 481516',
        codes: ['481516'],
        headers: [{ name: 'Content-Type', value: 'multipart/mixed' }],
        malformed: 'a multipart/mixed without a boundary',
      },
    ],
    [
      'a multipart whose boundary is another, as it lies there',
      'Content-Type: multipart/mixed; boundary=A\r\n\r\n--B\r\n\r\na\r\n--B--',
      { text: '--B\n\na\n--B--', malformed: holding('begins no part') },
    ],
    [
      'a multipart that is cut off, its parts',
      'Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\na\r\n--B\r\n\r\nb',
      { text: 'a\nb', malformed: holding('ends before') },
    ],
  ])('shows %s', async (_, eml, view) => {
    const api = openApi()
    const id = newId(now)
    await capture(api, eml, { id })
    expect(await api.read(`/v1/captures/${id}`)).toMatchObject({ malformed: null, ...view })
  })

  it('shows html nested beyond reason', async () => {
    const api = openApi()
    const html = `<a href="https://acme.test/">x</a>${'<div>'.repeat(100_000)}`
    const id = await captured(api, { html })
    const view = await api.read(`/v1/captures/${id}`)
    expect(view.html).toContain('<div><div>')
  })

  it('answers 404 to an unknown id', async () => {
    const api = openApi()
    for (const part of ['', '/raw', '/attachments/0'])
      expect(await said(api.fetch(`/v1/captures/${newId(now)}${part}`))).toEqual([
        404,
        { error: { code: 'not_found', message: 'Capture not found' } },
      ])
  })
})

describe('GET /v1/captures/{id}/emails/{path}', () => {
  const inner = multipart(
    'mixed',
    'Content-Type: text/html\r\n\r\n<p>Your code is 481516</p>',
    'Content-Disposition: attachment; filename=a.txt\r\n\r\nabc',
    'Content-Type: message/rfc822\r\n\r\nSubject: first\r\n\r\nYour code is 2342',
  )
  const forwarded = `From: Bob <bob@example.com>\r\nSubject: original\r\n${inner}`
  const forwarding = multipart(
    'mixed',
    'Content-Type: text/plain\r\n\r\nsee the original',
    `Content-Type: message/rfc822\r\n\r\n${forwarded}`
      .replaceAll('=B', '=C')
      .replaceAll('--B', '--C'),
    'Content-Type: text/plain; name=log.txt\r\nContent-Disposition: inline; filename=log.txt\r\n\r\nerror at line 5',
  )

  async function opened() {
    const api = openApi()
    const id = newId(now)
    await capture(api, forwarding, { id })
    return { api, path: `/v1/captures/${id}` }
  }

  it('takes a forwarded email apart, which is a file of the one around it', async () => {
    const { api, path } = await opened()
    expect(await api.read(path)).toMatchObject({
      text: 'see the original',
      codes: [],
      attachments: [
        { n: 0, filename: 'original.eml', content_type: 'message/rfc822' },
        { n: 1, filename: 'log.txt', content_type: 'text/plain' },
      ],
    })
    expect(await api.read(`${path}/emails/0`)).toMatchObject({
      subject: 'original',
      header_from: [{ name: 'Bob', address: 'bob@example.com' }],
      html: '<p>Your code is 481516</p>',
      codes: ['481516'],
      attachments: [{ filename: 'a.txt' }, { filename: 'first.eml' }],
      malformed: null,
    })
    expect(await api.read(`${path}/emails/0.1`)).toMatchObject({
      subject: 'first',
      codes: ['2342'],
    })
  })

  it('has its bytes, its html and its files', async () => {
    const { api, path } = await opened()
    const told = async (part: string) => (await api.fetch(`${path}${part}`)).text()
    expect(await told('/emails/0/raw')).toMatch(/^From: Bob[^]*--C--/)
    expect(await told('/attachments/0')).toBe(await told('/emails/0/raw'))
    expect(await told('/emails/0/html')).toContain('<p>Your code is 481516</p>')
    expect(await told('/emails/0/attachments/0')).toBe('abc')
    expect(await told('/emails/0/attachments/1')).toBe(await told('/emails/0.1/raw'))
    const { headers } = await api.fetch(`${path}/emails/0/html`)
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
  })

  it.each([
    '1',
    '2',
    '-1',
    'x',
    '',
    '0.0',
    '0.1.0',
    '0.',
    '0/attachments/9',
    '0.1/html',
    '__proto__',
  ])('answers 404 to emails/%s', async (part) => {
    const { api, path } = await opened()
    expect((await said(api.fetch(`${path}/emails/${part}`)))[0]).toBe(404)
  })
})

describe('what a capture is downloaded as', () => {
  it('is, for the whole, the bytes that were captured', async () => {
    const api = openApi()
    const eml = Buffer.concat([await composed({ text: 'Hello' }), Buffer.from([0, 255])])
    const id = newId(now)
    await capture(api, eml, { id })
    const answer = await api.fetch(`/v1/captures/${id}/raw`)
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(eml)
    expect(answer.headers.get('content-type')).toBe('message/rfc822')
    expect(answer.headers.get('content-disposition')).toMatch(`attachment; filename="${id}.eml"`)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each([
    ['a.png', 'image/png', 'image/png'],
    ['a.html', 'text/html', 'application/octet-stream'],
    ['a.svg', 'image/svg+xml', 'application/octet-stream'],
    ['a.xml', 'application/xhtml+xml', 'application/octet-stream'],
    ['a.js', 'text/javascript', 'application/octet-stream'],
  ])('is, for %s as %s, a file to save as %s', async (filename, contentType, served) => {
    const api = openApi()
    const content = Buffer.from('<script>alert(1)</script>\0\xff', 'latin1')
    const id = await captured(api, { attachments: [{ filename, contentType, content }] })
    const answer = await api.fetch(`/v1/captures/${id}/attachments/0`)
    expect(answer.headers.get('content-type')).toBe(served)
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /)
    expect(answer.headers.get('content-security-policy')).toMatch('sandbox')
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(content)
  })

  it.each(['../../etc/passwd', 'a"\r\nSet-Cookie: x=1', 'ä'.repeat(300), '💣', "'()*"])(
    'has a harmless name where it is called %j',
    async (filename) => {
      const api = openApi()
      const id = await captured(api, { attachments: [{ filename, content: 'x' }] })
      const { headers, status } = await api.fetch(`/v1/captures/${id}/attachments/0`)
      expect(status).toBe(200)
      expect(headers.has('set-cookie')).toBe(false)
      expect(headers.get('content-disposition')).toMatch(
        /^attachment; filename="[\w .()-]+"; filename\*=UTF-8''[\w.!~%-]+$/,
      )
      expect(headers.get('content-disposition')).not.toMatch(/%2f/i)
    },
  )

  it.each(['1', '-1', 'x', '__proto__', 'length'])('is not there as number %s', async (n) => {
    const api = openApi()
    const id = await captured(api, { attachments: [{ filename: 'a', content: 'x' }] })
    const [status, { error }] = await said(api.fetch(`/v1/captures/${id}/attachments/${n}`))
    expect([status, error.message]).toEqual([404, 'Attachment not found'])
  })
})

describe('DELETE /v1/captures', () => {
  it('removes one, then all', async () => {
    const api = openApi()
    const ids = []
    for (let i = 0; i < 3; i++) ids.push(await captured(api, { text: 'x' }))
    const remove = (path: string) => said(api.fetch(path, { method: 'DELETE' }))
    expect(await remove(`/v1/captures/${ids[0]}`)).toEqual([200, { deleted: 1 }])
    expect((await remove(`/v1/captures/${ids[0]}`))[0]).toBe(404)
    expect(await remove('/v1/captures')).toEqual([200, { deleted: 2 }])
    expect((await api.read('/v1/captures')).data).toEqual([])
  })
})

describe('GET /v1/captures/{id}/html', () => {
  const pixel = Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAAC', 'base64')

  it('is a document of its own that may run nothing, with its own pictures', async () => {
    const api = openApi()
    const id = await captured(api, {
      html: '<script>x()</script><p>Hello<img src="cid:dot"><img src="https://track.test/x.gif">',
      attachments: [
        { filename: 'dot.gif', content: pixel, cid: 'dot' },
        { filename: 'page.html', content: '<script>', cid: 'page' },
      ],
    })
    const answer = await api.fetch(`/v1/captures/${id}/html`)
    const { headers } = answer
    expect(headers.get('content-type')).toBe('text/html; charset=UTF-8')
    expect(headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    const document = await answer.text()
    expect(document).toContain(
      `<p>Hello<img src="data:image/gif;base64,${pixel.toString('base64')}">`,
    )
    expect(document).not.toMatch(/script|track\.test/)
  })

  it('fetches pictures from elsewhere only when asked to', async () => {
    const api = openApi()
    const id = await captured(api, { html: '<img src="https://track.test/x.gif">' })
    const answer = await api.fetch(`/v1/captures/${id}/html?images=remote`)
    expect(answer.headers.get('content-security-policy')).toContain('img-src data: https: http:;')
    expect(await answer.text()).toContain('<img src="https://track.test/x.gif">')
    const [status, { error }] = await said(api.fetch(`/v1/captures/${id}/html?images=all`))
    expect([status, error.errors]).toEqual([422, [{ path: 'images', rule: text }]])
  })

  it('shows no page of the attachments as a picture', async () => {
    const api = openApi()
    const html = '<img src="cid:page"><img src="cid:drawing">'
    const attachments = [
      { filename: 'p.html', content: '<script>', cid: 'page', contentType: 'text/html' },
      { filename: 'd.svg', content: '<svg>', cid: 'drawing', contentType: 'image/svg+xml' },
    ]
    const id = await captured(api, { html, attachments })
    const document = await (await api.fetch(`/v1/captures/${id}/html`)).text()
    expect(document).toMatch(/<\/head><img><img>/)
  })

  it('is not there where the email has none', async () => {
    const api = openApi()
    const id = await captured(api, { text: 'Hello' })
    const [status, { error }] = await said(api.fetch(`/v1/captures/${id}/html`))
    expect([status, error.message]).toEqual([404, 'HTML part not found'])
  })
})
