import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import { capture, openApi, said } from '../open-api.ts'
import { captured, composed, now } from './captured.ts'

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
