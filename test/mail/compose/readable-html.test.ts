import { describe, expect, it } from 'vitest'
import { readablePart } from '../../../mail/compose/readable-html.ts'

describe('the html that is read for its text', () => {
  it.each([
    ['elements in elements', '<div>'.repeat(500), '<p>500 deep</p>'],
    ['attributes', `<b ${'a '.repeat(20_000)}`, 'b>too many</b>'],
    ['tags', '<br>'.repeat(19_999), '<i>too many</i>'],
  ])('ends where there are too many %s', (_, read, rest) => {
    expect(readablePart(read + rest).trimEnd() === read.trimEnd()).toBe(true)
  })

  it('is all of it where it is within bounds', () => {
    const html = `${'<div>'.repeat(499)}<b ${'a '.repeat(9_000)}>x</b>${'</div>'.repeat(499)}`
    expect(readablePart(html)).toBe(html)
  })
})
