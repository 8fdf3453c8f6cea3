import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import { capture, holding, openApi, said, text } from '../open-api.ts'
import { captured, multipart, now } from './captured.ts'

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
