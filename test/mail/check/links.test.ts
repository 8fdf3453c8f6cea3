import { describe, expect, it } from 'vitest'
import { linkFindings } from '../../../mail/check/links.ts'

const gone = (url: string) => ({ url, status: 404 })

describe('links that lead nowhere', () => {
  it('are found where the html has them, each whole, in either spelling of "&"', () => {
    const html = [
      '<a href="https://a.test/x?a=1&amp;b=2">one</a> <a href="https://a.test/x?a=1&b=2">two</a>',
      '<a href="https://a.test/x?a=1&amp;b=23">another</a>',
      'or https://a.test/x?a=1&b=2',
    ].join('\n')
    const [found] = linkFindings([gone('https://a.test/x?a=1&b=2')], html)
    expect(found).toMatchObject({
      ...{ line: 1, column: 10, count: 1 },
      also: [
        { line: 1, column: 57 },
        { line: 3, column: 4 },
      ],
    })
  })

  it('are about the email as a whole where only its text has them', () => {
    const [found] = linkFindings([gone('https://a.test/')], '<p>https://a.test/more</p>')
    expect(found).toMatchObject({ line: null, column: null, also: [] })
  })
})
