import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import { describe, expect, it } from 'vitest'
import { readMimeEmail } from '../../../mail/email/mime-email.ts'
import { cpuClock } from '../../cpu-clock.ts'

const read = (eml: string) => readMimeEmail(Buffer.from(eml, 'latin1'))
const utf8 = (text: string) => Buffer.from(text).toString('latin1')

/** A multipart with the boundary B of these parts. */
const multipart = (type: string, ...parts: string[]) =>
  `Content-Type: multipart/${type}; boundary=B\r\n\r\n${parts.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`

describe('an email taken apart', () => {
  it('has a text, an html and files, in whatever nesting', async () => {
    const email = await new MailComposer({
      from: 'a@b.cd',
      text: 'Größe\n',
      html: '<p>Größe <img src="cid:dot"></p>',
      attachments: [
        { filename: 'räksmörgås, and more than fits on one line.txt', content: 'abc' },
        { filename: 'dot.png', content: Buffer.from([1, 2]), cid: 'dot' },
      ],
    })
      .compile()
      .build()
    expect(await readMimeEmail(email)).toMatchObject({
      text: 'Größe\n',
      html: '<p>Größe <img src="cid:dot"></p>',
      files: [
        { name: 'dot.png', type: 'image/png', bytes: Buffer.from([1, 2]), contentId: 'dot' },
        { name: 'räksmörgås, and more than fits on one line.txt', type: 'text/plain' },
      ],
      faults: [],
    })
  })

  it('goes on behind a line of the header that is no field, where fields still follow', async () => {
    const html = 'Content-Type: text/html\r\n\r\n<p>before</p>'
    const header = 'Subject: a\r\nX-<img src=x>: name\r\nMIME-Version: 1.0\r\n'
    expect(await read(header + multipart('mixed', html))).toMatchObject({ html: '<p>before</p>' })
    // Without one it is where the text begins, and none of its lines is lost.
    expect(await read('Subject: a\r\nHello there,\r\nall is well.\r\n')).toMatchObject({
      text: 'Hello there,\nall is well.\n',
    })
  })

  it('keeps a forwarded email whole, as a file, and a named text too', async () => {
    const forwarded =
      'From: bob@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe/x?=\r\n\r\nYour code is 481516'
    const { text, files, faults } = await read(
      multipart(
        'mixed',
        'Content-Type: text/plain\r\n\r\nsee the original',
        `Content-Type: message/rfc822\r\n\r\n${forwarded}`,
        'Content-Type: text/plain; name=log.txt\r\nContent-Disposition: inline; filename=log.txt\r\n\r\nerror at line 5',
      ),
    )
    expect([text, faults]).toEqual(['see the original', []])
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['Grüße x.eml', 'message/rfc822'],
      ['log.txt', 'text/plain'],
    ])
    expect(files[0]!.bytes.toString()).toBe(forwarded)
  })

  it.each([
    ['no header', 'just text', 'just text'],
    ['no empty line behind the header', 'Subject: x\r\nThe text', 'The text'],
    [
      'UTF-8 called ASCII',
      utf8('Content-Type: text/plain; charset=ANSI_X3.4-1968\r\n\r\nGröße ✓'),
      'Größe ✓',
    ],
    [
      'a comment behind the charset',
      'Content-Type: text/plain; charset=iso-8859-1 (Latin)\r\n\r\n\xf6',
      'ö',
    ],
    ['a broken content type', 'Content-Type: text\r\n\r\na', 'a'],
    ['a broken encoding', 'Content-Transfer-Encoding: (x) "base64"\r\n\r\nYQ==', 'a'],
    ['base64 that is none', 'Content-Transfer-Encoding: base64\r\n\r\n%%%%', ''],
    [
      'quoted-printable',
      'Content-Transfer-Encoding: Quoted-Printable\r\n\r\na=3D=\r\nb =20 \r\nc=zz=\n=C3=B6',
      'a=b  \nc=zzö',
    ],
    ['flowed text', 'Content-Type: text/plain; format=Flowed; delsp=yes\r\n\r\na \r\nb', 'ab'],
    [
      'Windows line ends in UTF-16',
      'Content-Type: text/plain; charset=utf-16be\r\n\r\n\0a\0\r\0\n\0b',
      'a\nb',
    ],
    ['a name for all of it', 'Content-Type: text/plain; name=a.txt\r\n\r\na', 'a'],
  ])('reads %s', async (_, eml, text) => {
    expect(await read(eml)).toMatchObject({ text, files: [], faults: [] })
  })

  it.each([
    ['filename="a b.txt"', 'a b.txt'],
    ['filename=a b.txt', 'a b.txt'],
    ['filename="a\\"b.txt"', 'a"b.txt'],
    ["filename*=utf-8''%c3%bc.txt; filename=u.txt", 'ü.txt'],
    ["filename*0*=iso-8859-1'de'%fc; filename*1=b; filename*2*=%fc.txt", 'übü.txt'],
    ['filename="=?cp437?q?=81.txt?="', 'ü.txt'],
    ['filename="=?utf-8?B?4oI=?= =?utf-8?B?rC50eHQ=?="', '€.txt'],
    ['filename=', 'attachment'],
    ['x=y', 'attachment'],
  ])('calls a file with %s %j', async (parameters, name) => {
    const part = `Content-Disposition: attachment; ${parameters}\r\n\r\na`
    const { files } = await read(multipart('mixed', 'Content-Type: text/plain\r\n\r\n', part))
    expect(files.map((file) => file.name)).toEqual([name])
  })

  it.each([
    ['has no boundary', 'Content-Type: multipart/mixed\r\n\r\n--B\r\n\r\na', '--B\r\n\r\na'],
    [
      'never names its boundary',
      'Content-Type: multipart/mixed; boundary=B\r\n\r\n--C\r\n\r\na',
      '--C\r\n\r\na',
    ],
    ['has nothing', 'Content-Type: multipart/mixed; boundary=B\r\n\r\n', ''],
    [
      'names it only inside lines',
      'Content-Type: multipart/mixed; boundary=B\r\n\r\na --B\r\n--Bc',
      'a --B\r\n--Bc',
    ],
  ])('shows a multipart that %s as it lies there, and says why', async (_, eml, text) => {
    const email = await read(eml)
    expect(email).toMatchObject({ text: text.replaceAll('\r\n', '\n'), files: [] })
    expect(email.faults).toEqual([expect.stringMatching(/^a multipart\/mixed /)])
  })

  it('reads the parts of a multipart that is cut off, and says so', async () => {
    const email = await read(multipart('mixed', '\r\na', '\r\nb').replace('--B--', ''))
    expect(email.text).toMatch(/^a\nb/)
    expect(email.faults).toEqual(['a multipart/mixed that ends before its boundary "B--"'])
  })

  it('takes a boundary with blanks behind it, and one that begins another', async () => {
    const inner =
      'Content-Type: multipart/mixed; boundary=BB\r\n\r\n--BB \t\r\n\r\na\r\n--BB-- \r\n'
    expect(await read(multipart('mixed', inner, '\r\nb'))).toMatchObject({
      text: 'a\nb',
      faults: [],
    })
  })

  it('gives up on what is too deep, too many or too long, quickly', async () => {
    const deep = Array.from(
      { length: 60 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`,
    )
    await expect(read(deep.join(''))).rejects.toThrow('inside each other')
    await expect(read(multipart('mixed', ...Array<string>(1_001).fill('\r\na')))).rejects.toThrow(
      'parts',
    )
    await expect(read('a: b\n'.repeat(300_000))).rejects.toThrow('header')
  })

  it.each([
    ['line ends', '\n'],
    ['boundaries that are none', '\n--Bx'],
    ['soft line breaks', '=\n'],
    ['equals and blanks', '= '],
    ['blanks', ' '],
    ['quote marks', '>'],
  ])('takes about a second at most for a megabyte of %s', async (_, piece) => {
    const body = piece.repeat(1_000_000 / piece.length)
    const part = `Content-Type: text/plain; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${body}`
    const eml = multipart('mixed', part)
    const spent = cpuClock()
    expect((await read(eml)).text).toEqual(expect.any(String))
    expect(spent()).toBeLessThan(3_000)
  })

  it('of any bytes breaks nothing', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '--B',
        '--B--',
        '\r\n',
        '\n',
        'Content-Type: multipart/mixed; boundary=B',
        ' ',
        'a: b',
        '=',
        "Content-Disposition: attachment; filename*0*='",
        'Content-Type: text/plain; format=flowed; charset=utf-7',
      ),
      fc.string({ unit: 'binary', maxLength: 9 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const { text, files } = await readMimeEmail(Buffer.from(pieces.join('')))
        expect(text !== undefined || files.length > 0 || pieces.length > 0).toBe(true)
      }),
    )
  })

  it('gives back any text that nodemailer sends', async () => {
    const text = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('\n', ' \n', '=', '.\n', 'x'.repeat(200)),
        ),
      )
      .map((pieces) =>
        pieces
          .join('')
          .replaceAll(/\r\n?|[\0\ufeff]/g, '')
          .toWellFormed(),
      )
      .filter((text) => text.trim() !== '')
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom('quoted-printable', 'base64'),
        async (text, textEncoding) => {
          const encoding = textEncoding as 'base64'
          const eml = await new MailComposer({ text, textEncoding: encoding }).compile().build()
          expect((await readMimeEmail(eml)).text?.replace(/\n*$/, '')).toBe(
            text.replace(/\n*$/, ''),
          )
        },
      ),
      { numRuns: 100 },
    )
  })
})
