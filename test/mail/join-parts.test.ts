import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import { describe, expect, it } from 'vitest'
import { joinParts } from '../../mail/join-parts.ts'

type Parts = ConstructorParameters<typeof MailComposer>[0]

const piece = fc.oneof(
  fc.constantFrom(
    '\r\n',
    ' ',
    '\t',
    '.',
    '\r\n.\r\n',
    '\r\nFrom ',
    '=',
    '=0D=0A',
    '===='.repeat(30),
    'a'.repeat(75),
    'a'.repeat(76),
    'a'.repeat(77),
    'ab '.repeat(40),
    'é',
    '\u{1f389}'.repeat(30),
    '日本語'.repeat(40),
    '\u00a0',
    '\x7f',
    '\x01',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const text = fc.array(piece, { maxLength: 12 }).map((pieces) =>
  pieces
    .join('')
    .toWellFormed()
    .replace(/\r\n|\r|\n/g, '\r\n'),
)

describe('joining the parts of an email', () => {
  it('gives the same bytes as nodemailer does with its streams', async () => {
    const file = fc.record({
      filename: fc.constantFrom('a.bin', 'ä ö.pdf', 'x'.repeat(200)),
      content: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      contentType: fc.constantFrom('image/png', 'text/plain', 'text/html; charset=utf-8'),
      cid: fc.option(fc.constantFrom('logo', 'a@b'), { nil: undefined }),
    })
    const parts = fc.record({
      text: fc.option(text, { nil: undefined }),
      html: fc.option(text, { nil: undefined }),
      attachments: fc.array(file, { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(parts, async (parts) => {
        expect(joined(parts)).toBe(await built(parts))
      }),
      { numRuns: 1_500 },
    )
  })

  it.each<[string, Parts]>([
    ['nothing at all', {}],
    ['an empty text', { text: '' }],
    ['a text that ends with a line end', { text: 'a\r\n' }],
    ['a text that ends without one', { text: 'a' }],
    ['blanks at the very end', { text: `${'é'.repeat(20)}${' a'.repeat(20)}   ` }],
    ['text in base64', { text: '日本語'.repeat(100), html: '<p>日本語</p>'.repeat(100) }],
    ['an empty attachment', { attachments: [{ filename: 'a.txt', content: Buffer.alloc(0) }] }],
    [
      'everything at once',
      {
        text: 'text',
        html: '<img src="cid:logo">',
        attachments: [
          { filename: 'logo.png', content: Buffer.from('logo'), cid: 'logo' },
          { filename: 'a.pdf', content: Buffer.alloc(100_000, 'pdf') },
        ],
      },
    ],
  ])('holds for %s', async (_, parts) => {
    expect(joined(parts)).toBe(await built(parts))
  })

  it('holds for a long text, but for the places of its soft line breaks', async () => {
    const parts = { html: '<p>Grüße an alle, die das lesen.</p>\r\n'.repeat(5_000) }
    const withoutBreaks = (bytes: string) => bytes.replaceAll('=\r\n', '')
    expect(withoutBreaks(joined(parts))).toBe(withoutBreaks(await built(parts)))
  })

  it('refuses content that would leave unencoded', () => {
    const eml = { contentType: 'message/rfc822', content: Buffer.from('Subject: a\n\nb') }
    expect(() => joined({ text: 'text', attachments: [eml] })).toThrow('cannot be joined')
  })
})

function compiled(parts: Parts) {
  const fixed = { messageId: '<a@b.cd>', date: new Date(0), baseBoundary: 'b', newline: '\r\n' }
  return new MailComposer({ from: 'f@b.cd', to: 't@b.cd', ...fixed, ...parts }).compile()
}

function joined(parts: Parts): string {
  return joinParts(compiled(parts)).toString('latin1')
}

async function built(parts: Parts): Promise<string> {
  return (await compiled(parts).build()).toString('latin1')
}
