import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unflow } from '../../../mail/email/flowed-text.ts'

describe('format=flowed', () => {
  it.each([
    ['a line that ends in a blank goes on', 'one \ntwo\nthree', 'one two\nthree'],
    ['of one quote depth only', '> one \n> two \nthree', '> one two \nthree'],
    ['and deeper ones apart', '>> one \n>> two\n> three', '>> one two\n> three'],
    ['the signature mark is no flowed line', 'text \n-- \nAnn', 'text \n-- \nAnn'],
    ['nor in a quote', '> text\n> -- \n> Ann', '> text\n> -- \n> Ann'],
    [
      'a guarding blank goes',
      ' From here\n  indented\n >no quote',
      'From here\n indented\n>no quote',
    ],
    ['empty lines part paragraphs', 'one \n\ntwo', 'one \ntwo'],
    ['the end may be flowed', 'one ', 'one '],
    ['nothing is nothing', '', ''],
    ['quoted empty lines stay quoted', '>\n> a', '>\n> a'],
  ])('%s', async (_, text, paragraphs) => {
    expect(await unflow(text, false)).toBe(paragraphs)
  })

  it('with DelSp loses the blank that was added', async () => {
    expect(await unflow('日本 \n語', true)).toBe('日本語')
    expect(await unflow('one  \ntwo', true)).toBe('one two')
    expect(await unflow('-- \nAnn', true)).toBe('-- \nAnn')
  })

  it('gives back what was flowed', async () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', '>', 'é', '-'),
      minLength: 1,
      maxLength: 9,
    })
    const paragraph = fc
      .array(word, { minLength: 1, maxLength: 30 })
      .map((words) => words.join(' '))
    const paragraphs = fc.array(paragraph, { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(paragraphs, fc.boolean(), async (paragraphs, delSp) => {
        const flowed = paragraphs.map((text) => flow(text, delSp)).join('\n')
        expect(await unflow(flowed, delSp)).toBe(paragraphs.join('\n'))
      }),
    )
  })
})

/** As RFC 3676 section 4.2 has it: broken behind blanks, every line guarded. */
function flow(text: string, delSp: boolean): string {
  const lines = text.match(/(?:\S+ ?){1,3}/g)!
  return lines.map((line, n) => ` ${line}${delSp && n < lines.length - 1 ? ' ' : ''}`).join('\n')
}
