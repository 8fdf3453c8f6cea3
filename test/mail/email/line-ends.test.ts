import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCrlf, measureLines, withCrlf, withoutNul } from '../../../mail/email/line-ends.ts'

const piece = fc.constantFrom('\r', '\n', '\r\n', '\0', 'a', 'bc')
const anyText = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join('')))

describe('line ends', () => {
  it('become CRLF as an expression would have it', () => {
    fc.assert(
      fc.property(anyText, (bytes) => {
        const expected = bytes.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n')
        expect(withCrlf(bytes).toString('latin1')).toBe(expected)
        expect(isCrlf(withCrlf(bytes))).toBe(true)
        expect(isCrlf(bytes)).toBe(bytes.toString('latin1') === expected)
      }),
    )
  })

  it('become CRLF also where a piece of 64 KiB ends within one', () => {
    for (const end of ['\r\n', '\r', '\n', '\n\r'])
      for (let before = 65_533; before <= 65_537; before++) {
        const text = `${'a'.repeat(before)}${end}b\n`
        const expected = text.replace(/\r\n|\r|\n/g, '\r\n')
        expect(withCrlf(Buffer.from(text)).toString() === expected).toBe(true)
      }
  })

  it.each(['\r\r\n', '\r\n\r\n', '\n\r\n', '\r\r', '\n\n'])(
    'become the same wherever a long text is cut: %j',
    (ends) => {
      for (let before = 65_530; before < 65_540; before++) {
        const text = `${'a'.repeat(before)}${ends}b\n`
        expect(withCrlf(Buffer.from(text)).toString().slice(65_500)).toBe(
          text.replace(/\r\n|\r|\n/g, '\r\n').slice(65_500),
        )
      }
    },
  )

  it('are what they are without NUL between them', () => {
    expect(withoutNul(Buffer.from('a\r\0\nb\0'))).toEqual(Buffer.from('a\r\nb'))
  })

  it('are counted, whatever they are, and the longest line is measured', () => {
    fc.assert(
      fc.property(anyText, (bytes) => {
        const lines = withCrlf(bytes).toString('latin1').split('\r\n')
        const longest = Math.max(...lines.map(({ length }) => length))
        expect(measureLines(bytes)).toEqual({ count: lines.length, longest })
      }),
    )
  })
})
