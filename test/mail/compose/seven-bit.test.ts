import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { toSevenBit } from '../../../mail/compose/seven-bit.ts'

const crlf = (text: string) => text.replaceAll('\n', '\r\n')
const bytesOf = (text: string) => Buffer.from(crlf(text))

function converted(text: string | Buffer): string {
  const bytes = toSevenBit(typeof text === 'string' ? bytesOf(text) : text)!
  const result = bytes.toString('latin1')
  expect(result).not.toMatch(/[^\0-\x7f]/)
  return result
}

describe('an email in 7-bit', () => {
  it('says the same in its text, its files, its header and its names', async () => {
    const email = `From: Jürgen <j@own.test>
To: "Müller, Ann" <ann@x.test>, bob@x.test
Subject: Grüße aus Köln
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="ab"
Content-Transfer-Encoding: 8bit

Dies ist für alte Programme
--ab
Content-Type: multipart/alternative; boundary="cd"

--cd
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

grün = schön
--cd
Content-Type: text/html; charset=utf-8

<p>grün</p>
--cd--
--ab
Content-Type: application/octet-stream; name="Übersicht.bin"
Content-Disposition: attachment; filename="Übersicht (1).bin"
Content-Transfer-Encoding: binary

ÿþ
--ab
Content-Type: text/plain

plain stays
--ab--
`
    const text = converted(email)
    expect(text).toContain('Content-Type: text/plain\r\n\r\nplain stays\r\n')
    expect(text).not.toMatch(/transfer-encoding: (8bit|binary)/i)
    const read = await PostalMime.parse(text)
    expect(read.subject).toBe('Grüße aus Köln')
    expect(read.from).toEqual({ address: 'j@own.test', name: 'Jürgen' })
    expect(read.to).toMatchObject([
      { address: 'ann@x.test', name: 'Müller, Ann' },
      { address: 'bob@x.test' },
    ])
    expect(read.text).toContain('grün = schön')
    expect(read.html).toContain('<p>grün</p>')
    const [file] = read.attachments
    expect(file!.filename).toBe('Übersicht (1).bin')
    expect(Buffer.from(file!.content as ArrayBuffer).toString()).toBe('ÿþ')
  })

  it('keeps the bytes of a text in another charset', async () => {
    const head = bytesOf('Content-Type: text/plain; charset=iso-8859-1\nSubject: x\n\n')
    const text = converted(Buffer.concat([head, Buffer.from('gr\xfcn\r\n', 'latin1')]))
    expect(text).toContain('gr=FCn')
    expect((await PostalMime.parse(text)).text).toContain('grün')
  })

  it('is converted inside a forwarded email too', () => {
    const text = converted(`Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

Subject: für dich
Content-Type: text/plain; charset=utf-8

grün
`)
    expect(text).toContain('Content-Transfer-Encoding: 7bit')
    expect(text).toMatch(/Subject: =\?UTF-8\?Q\?f=C3=BCr/)
    expect(text).toContain('gr=C3=BCn')
  })

  it.each([
    'DKIM-Signature: v=1; h=from; b=x\nSubject: x\n\ngrün\n',
    'Content-Type: multipart/signed; boundary=a\n\n--a\n\ngrün\n--a--\n',
    'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/signed; boundary=b\n\ngrün\n--a--\n',
  ])('is not made of a signed one: %j', (email) => {
    expect(toSevenBit(bytesOf(email))).toBeUndefined()
  })

  it('comes of any bytes at all, in lines that end as they did', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\0]/g, '')),
      fc.constantFrom('--a', '--a--', 'Content-Type: multipart/mixed; boundary=a', '', 'X: ü'),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = toSevenBit(bytesOf(lines.join('\n')))?.toString('latin1') ?? ''
        expect(text).not.toMatch(/[^\0-\x7f]|\r(?!\n)|(?<!\r)\n/)
      }),
    )
  })
})
