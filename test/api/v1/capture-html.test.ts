import { describe, expect, it } from 'vitest'
import { openApi, said, text } from '../open-api.ts'
import { captured } from './captured.ts'

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
