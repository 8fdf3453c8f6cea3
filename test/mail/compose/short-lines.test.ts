import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { cpuClock } from '../../cpu-clock.ts'
import { bodyOf, headerOf, rawBytesOf, wireFaults } from './composing.ts'

const long = `${'Grüße und mehr. '.repeat(200)}Ende`
const bytes = (text: string) => Buffer.from(text).toString('latin1')

async function parsed(mime: string) {
  const composed = await rawBytesOf(bytes(mime))
  expect(wireFaults(Buffer.from(composed, 'latin1'))).not.toContain('long line')
  return { composed, email: await PostalMime.parse(Buffer.from(composed, 'latin1')) }
}

describe('a line of more than 998 bytes', () => {
  it('of text leaves in quoted-printable and reads the same', async () => {
    const { composed, email } = await parsed(
      `Subject: a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${long}\r\nzwei\r\n`,
    )
    expect(email.text).toBe(`${long}\nzwei\n`)
    expect(headerOf(composed)).toContainEqual({ name: 'mime-version', value: '1.0' })
    expect(composed).toContain('Content-Transfer-Encoding: quoted-printable')
  })

  it('of a program that knows no MIME is text', async () => {
    const { email } = await parsed(`Subject: cron\r\n\r\n${'x'.repeat(3_000)}\r\n`)
    expect(email.text).toBe(`${'x'.repeat(3_000)}\n`)
  })

  it('in one part of many changes that part alone', async () => {
    const file = Buffer.alloc(3_000, 'file').toString('base64')
    const part = (type: string, body: string) => `--B\r\n${type}\r\n\r\n${body}\r\n`
    const html = 'Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit'
    const binary =
      'Content-Type: application/octet-stream; name=a\r\nContent-Transfer-Encoding: base64'
    const plain = part('Content-Type: text/plain; charset=utf-8', 'kürzer')
    const { composed, email } = await parsed(
      `Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n` +
        `pre\r\n${plain}${part(html, `<p>${long}</p>`)}${part(binary, file)}--B--\r\nafter`,
    )
    expect(email.html).toContain(`<p>${long}</p>`)
    expect(email.text).toMatch(/^kürzer\n/)
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).toString('base64')).toBe(file)
    expect(bodyOf(composed)).toContain(bytes(`pre\r\n${plain}`))
    expect(bodyOf(composed).endsWith('--B--\r\nafter')).toBe(true)
  })

  it('in an email within the email is found there', async () => {
    const { email } = await parsed(
      'Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n' +
        `--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\n${'y'.repeat(2_000)}\r\n--B--\r\n`,
    )
    expect(JSON.stringify(email)).toContain('y'.repeat(2_000))
  })

  it('in quoted-printable is broken softly', async () => {
    const { email } = await parsed(
      'Subject: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n' +
        `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=C3=BC'.repeat(500)} a=\r\nb\r\n`,
    )
    expect(email.text).toBe(`${'ü'.repeat(500)} ab\n`)
  })

  it('in the header is folded at its blanks, and elsewhere as a last resort', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `<${i}.${'x'.repeat(30)}@there.test>`)
    const { email } = await parsed(
      `Subject: a\r\nReferences: ${ids.join(' ')}\r\nX-Long: ${'z'.repeat(2_000)}\r\nX-Blank: a${' '.repeat(3_000)}b\r\n\r\nb`,
    )
    expect(email.references!.split(/\s+/)).toEqual(ids)
    const value = email.headers.find(({ key }) => key === 'x-long')!.value
    expect(value.replaceAll(/\s/g, '')).toBe('z'.repeat(2_000))
  })

  it.each(['"', 'a', '=', '--B', ' ', '=C3', '\t', '--B--'])(
    'of many %j takes no time, and always leaves',
    async (piece) => {
      const spent = cpuClock()
      const body = `${piece.repeat(400_000)}\r\n--B\r\n${piece.repeat(1_000)}`
      for (const type of ['multipart/mixed; boundary=B', 'text/plain', 'message/rfc822'])
        await parsed(`Subject: ${piece.repeat(5_000)}\r\nContent-Type: ${type}\r\n\r\n${body}`)
      expect(spent()).toBeLessThan(8_000)
    },
  )
})
