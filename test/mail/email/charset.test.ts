import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../mail/email/charset.ts'

const bytes = (...values: (number | string)[]) =>
  Buffer.concat(values.map((one) => (typeof one === 'string' ? Buffer.from(one) : Buffer.of(one))))

describe('text in a charset', () => {
  it.each([
    ['utf-8', bytes('Größe ✓'), 'Größe ✓'],
    ['"UTF-8"', bytes('\ufeffGröße'), 'Größe'],
    ['utf8', bytes('Größe'), 'Größe'],
    ['iso-8859-1', bytes('Gr', 0xf6, 0xdf, 'e'), 'Größe'],
    ['windows-1252', bytes(0x80, '5'), '€5'],
    ['iso-8859-15', bytes(0xa4), '€'],
    ['cp932', bytes(0x87, 0x40, 0x93, 0xfa), '①日'],
    ['Windows-31J', bytes(0x87, 0x40), '①'],
    ['x-sjis', bytes(0x93, 0xfa), '日'],
    ['iso-2022-jp', bytes(0x1b, '$BF|K\\', 0x1b, '(B!'), '日本!'],
    ['cp50221', bytes(0x1b, '$BF|', 0x1b, '(B'), '日'],
    ['euc-jp', bytes(0xc6, 0xfc), '日'],
    ['iso-2022-kr', bytes(0x1b, '$)C\n', 0x0e, '>H3g', 0x0f, ' ok'), '\n안녕 ok'],
    ['csISO2022KR', bytes(0x1b, '$)C', 0x0e, '>H3g'), '안녕'],
    ['ks_c_5601-1987', bytes(0xbe, 0xc8), '안'],
    ['cp949', bytes(0xbe, 0xc8), '안'],
    ['gb2312', bytes(0xd6, 0xd0), '中'],
    ['cp936', bytes(0xd6, 0xd0), '中'],
    ['hz-gb-2312', bytes('~{VP~} ~~ ok~\n'), '中 ~ ok'],
    ['big5', bytes(0xa4, 0xa4), '中'],
    ['cp950', bytes(0xa4, 0xa4), '中'],
    ['koi8-r', bytes(0xcb, 0xcf, 0xc4), 'код'],
    ['windows-1251', bytes(0xea, 0xee, 0xe4), 'код'],
    ['cp866', bytes(0xaa, 0xae, 0xa4), 'код'],
    ['cp437', bytes(0x81, 0x9b), 'ü¢'],
    ['IBM437', bytes(0x81), 'ü'],
    ['cp850', bytes(0x81, 0xb5), 'üÁ'],
    ['850', bytes(0x81), 'ü'],
    ['cp858', bytes(0xd5), '€'],
    ['utf-7', bytes('Gr+APYA3w-e'), 'Größe'],
    ['unicode-1-1-utf-7', bytes('+AOk-'), 'é'],
    ['utf-16', bytes(0xfe, 0xff, 0, 0x41), 'A'],
    ['utf-16', bytes(0xff, 0xfe, 0x41, 0), 'A'],
    ['utf-16be', bytes(0, 0x41), 'A'],
    ['utf-32be', bytes(0, 0, 0, 0x41), 'A'],
    ['tis-620', bytes(0xa1), 'ก'],
    ['iso-8859-8-i', bytes(0xe0), 'א'],
    ['macintosh', bytes(0x9f), 'ü'],
    ['utf-8*en', bytes('ü'), 'ü'],
    ['ANSI_X3.4-1968', bytes('Größe ✓'), 'Größe ✓'],
    ['us-ascii', bytes('Größe'), 'Größe'],
    ['us-ascii', bytes('Gr', 0xf6, 0xdf, 'e'), 'Größe'],
    ['', bytes('Größe'), 'Größe'],
    ['unknown-8bit', bytes('Größe'), 'Größe'],
    ['klingon', bytes('Größe'), 'Größe'],
    ['klingon', bytes(0xf6), 'ö'],
    ['__proto__', bytes('a'), 'a'],
    ['constructor', bytes('a'), 'a'],
  ])('%s is read', async (charset, bytes, text) => {
    expect(await decodeText(bytes, charset)).toBe(text)
  })

  it.each(['cp437', 'cp850', 'cp932', 'utf-7', 'euc-kr', 'gbk', 'koi8-r', 'windows-1250'])(
    '%s is read as iconv-lite writes it',
    async (charset) => {
      const alphabet = {
        cp437: 'aäöüß¢',
        cp850: 'aäöüÁ',
        cp932: 'a日本語ｱ',
        'utf-7': 'a+-日é',
        'euc-kr': 'a안녕',
        gbk: 'a中文',
        'koi8-r': 'aкод',
        'windows-1250': 'aěšč',
      }
      const unit = fc.constantFrom(...[...alphabet[charset as 'gbk']])
      await fc.assert(
        fc.asyncProperty(fc.string({ unit }), async (text) => {
          expect(await decodeText(iconv.encode(text, charset), charset)).toBe(text)
        }),
      )
    },
  )

  it('is read whatever bytes there are, in whatever is called a charset', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string(), async (bytes, charset) => {
        expect(await decodeText(bytes, charset)).toEqual(expect.any(String))
      }),
    )
  })
})
