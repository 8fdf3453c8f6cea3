import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { encodeText } from '../../../mail/compose/text-encoding.ts'

describe('a text as the body of a part', () => {
  it.each([
    ['short lines of ASCII as they are', 'hello\nyou', '7bit', 'hello\r\nyou'],
    ['nothing as nothing', '', '7bit', ''],
    ['a line of 76', 'a'.repeat(76), '7bit', 'a'.repeat(76)],
    ['a longer one cut', 'a'.repeat(80), 'quoted-printable', `${'a'.repeat(75)}=\r\naaaaa`],
    ['signs beyond ASCII in code', 'Grüße = 1', 'quoted-printable', 'Gr=C3=BC=C3=9Fe =3D 1'],
    ['blanks that end a line in code', 'ü \t\n \na', 'quoted-printable', '=C3=BC =09\r\n=20\r\na'],
    ['a control character in code', 'a\x01b', 'quoted-printable', 'a=01b'],
    ['a foreign script in base64', '日本', 'base64', '5pel5pys'],
  ])('leaves %s', (_, text, encoding, body) => {
    const encoded = encodeText(text)
    expect([encoded.encoding, encoded.bytes.toString('latin1')]).toEqual([encoding, body])
  })

  it('is the same text once it is decoded, in lines that any server takes', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const { encoding, bytes } = encodeText(text)
        seen.add(encoding)
        expect(await decoded(encoding, bytes)).toBe(inLines(text))
        const body = bytes.toString('latin1')
        expect(body).toMatch(/^[\t\r\n -~]*$/)
        expect(body.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        expect(body.split('\r\n').filter((line) => line.length > 76)).toEqual([])
        if (encoding === 'quoted-printable') expect(body).not.toMatch(/[ \t](\r\n|$)/)
      }),
      { numRuns: 2_000 },
    )
    expect([...seen].sort()).toEqual(['7bit', 'base64', 'quoted-printable'])
  })

  it('is never cut within a character by a soft line break', () => {
    fc.assert(
      fc.property(text, (text) => {
        const { encoding, bytes } = encodeText(text)
        if (encoding !== 'quoted-printable') return
        for (const line of bytes.toString('latin1').split(/=?\r\n/)) {
          const own = line.replace(/=(..)/g, (_, hex: string) => String.fromCharCode(+`0x${hex}`))
          expect(Buffer.from(own, 'latin1').toString()).not.toContain('\ufffd')
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('fits, however much of it has to be encoded', async () => {
    for (const text of ['é a'.repeat(40_000), ' \n'.repeat(40_000), '=='.repeat(40_000)]) {
      const { encoding, bytes } = encodeText(`${text}ü`)
      expect(await decoded(encoding, bytes)).toBe(`${text}ü`)
    }
  })
})

const piece = fc.oneof(
  fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    '.',
    '=',
    '=0D=0A',
    'a'.repeat(75),
    'ab '.repeat(40),
    'é',
    '\u{1f389}'.repeat(10),
    '日本語',
    '\u2028',
    '\x7f',
    '\0',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 200 }),
)
const text = fc
  .array(piece, { maxLength: 12 })
  .map((pieces) => pieces.join('').toWellFormed().replaceAll('\ufffd', ''))

/** By a parser that makes every line end LF and adds one. */
async function decoded(encoding: string, bytes: Buffer): Promise<string> {
  const part = [
    'Content-Type: application/octet-stream',
    'Content-Disposition: attachment',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    bytes.toString('latin1'),
  ]
  const mime = ['Content-Type: multipart/mixed; boundary=b', '', '--b', ...part, '--b--', '']
  const { attachments } = await PostalMime.parse(mime.join('\r\n'))
  return inLines(Buffer.from(attachments[0]!.content as ArrayBuffer).toString())
}

function inLines(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\n').replace(/\n*$/, '')
}
