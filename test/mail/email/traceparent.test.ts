import { assert, constantFrom, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTraceparent } from '../../../mail/email/traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const parent = 'b7ad6b7169203331'
const whole = `00-${trace}-${parent}-01`

describe('a traceparent', () => {
  it.each([
    [whole, whole],
    [`00-${trace}-${parent}-00`, `00-${trace}-${parent}-00`],
    // Flags that this version does not know are handed on as they are.
    [`00-${trace}-${parent}-03`, `00-${trace}-${parent}-03`],
    // A later version, section 4.3: what version 00 knows of it.
    [`cc-${trace}-${parent}-01-what-the-future-will-be-like`, whole],
    [`cc-${trace}-${parent}-02`, `00-${trace}-${parent}-00`],
  ])('%s is read as %s', (text, read) => expect(readTraceparent(text)).toBe(read))

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['empty', ''],
    ['version ff', `ff-${trace}-${parent}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
    ['a parent of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
    ['upper case', whole.toUpperCase()],
    ['more in version 00', `${whole}-00`],
    ['a hyphen more', `${whole}-`],
    ['a later version without a hyphen', `cc-${trace}-${parent}-01.x`],
    ['too short', whole.slice(0, -1)],
    ['a space', ` ${whole}`],
    ['a line end', `${whole}\n`],
    ['twice', `${whole}, ${whole}`],
    ['a letter that is no digit', `0x-${trace}-${parent}-01`],
  ])('is ignored when it is malformed: %s', (_, text) =>
    expect(readTraceparent(text)).toBeUndefined(),
  )

  it('is itself or nothing when one character of it is another', () => {
    const changed = tuple(
      constantFrom(...Array.from(whole, (_, at) => at)),
      constantFrom(...'0fgF- \u0661\n'),
    ).map(([at, letter]) => whole.slice(0, at) + letter + whole.slice(at + 1))
    const grammar = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/
    assert(
      property(changed, (text) => {
        const read = readTraceparent(text)
        if (grammar.test(text)) expect(read).toBe(text)
        else expect(read ?? whole).toMatch(grammar)
      }),
    )
  })
})
