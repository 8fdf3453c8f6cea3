import { describe, expect, it } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import { capture, openApi, said } from '../open-api.ts'
import { multipart, now } from './captured.ts'

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
