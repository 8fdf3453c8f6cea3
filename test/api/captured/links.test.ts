import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linksIn } from '../../../api/captured/links.ts'
import { cpuClock } from '../../cpu-clock.ts'

describe('links', () => {
  it.each([
    ['See https://a.test/x?y=1&z=%20#f.', ['https://a.test/x?y=1&z=%20#f']],
    ['<http://a.test> and "https://b.test/"', ['http://a.test', 'https://b.test/']],
    ['[text](https://a.test/x) twice https://a.test/x', ['https://a.test/x']],
    ['https://example.com/reset/abc_\n', ['https://example.com/reset/abc_']],
    [
      '_https://a.test/x_ *https://a.test/y* __https://a.test/z__',
      ['https://a.test/x', 'https://a.test/y', 'https://a.test/z'],
    ],
    ['https://a.test/*', ['https://a.test/*']],
    ['https://a.test/x?token=a-b_c~d.', ['https://a.test/x?token=a-b_c~d']],
    [
      'https://en.test/wiki/Foo_(bar) (https://a.test/x)',
      ['https://en.test/wiki/Foo_(bar)', 'https://a.test/x'],
    ],
    ['(see https://en.test/wiki/Foo_(bar)).', ['https://en.test/wiki/Foo_(bar)']],
    ['https://a.test/[x] [https://a.test/y]', ['https://a.test/[x]', 'https://a.test/y']],
    ['[https://a.test/x](https://b.test/y)', ['https://a.test/x', 'https://b.test/y']],
    ['<https://a.test/x.> https://a.test/y.', ['https://a.test/x.', 'https://a.test/y']],
    ["'https://a.test/o'neil', https://b.test!", ["https://a.test/o'neil", 'https://b.test']],
    ['请访问https://a.test/x。谢谢（https://b.test/y）', ['https://a.test/x', 'https://b.test/y']],
    ['HTTPS://A.test/X%2f?a=%C3%BC&b=é#!/z', ['HTTPS://A.test/X%2f?a=%C3%BC&b=é#!/z']],
    ['https://a.test:8080/x,y;z=1/…', ['https://a.test:8080/x,y;z=1/']],
    ['xhttps://a.test git+https://b.test', []],
    ['javascript:alert(1) ftp://a.test mailto:a@b.c https://', []],
  ])('are found in %j', (text, links) => {
    expect(linksIn(text)).toEqual(links)
  })
})

describe('a link of letters that URLs are made of', () => {
  it('is found as it is written, whatever stands around it', () => {
    const path = fc.string({ unit: fc.constantFrom(...'abzAZ09-_~%/=&+$@'), maxLength: 40 })
    const around = fc.constantFrom(
      ['', ''],
      [' ', ' '],
      ['<', '>'],
      ['(', ')'],
      ['[', ']'],
      ['"', '"'],
      ['Go to ', '.'],
      ['\n', '\n'],
      ['\u3000', '\u3002'],
    )
    fc.assert(
      fc.property(path, around, (path, [before, after]) => {
        const url = `https://a.test/${path}`
        expect(linksIn(`${before}${url}${after}`)).toEqual([url])
      }),
    )
  })
})

describe('hostile text', () => {
  it('is searched in a time that grows no faster than it', () => {
    for (const part of ['https://', '))))', '(', '](', '*', '.', "'", '_', ' '])
      for (const start of ['', 'https://a.test/', '_https://a.test/'])
        expect(timeOf(`${start}${part.repeat(1_000_000 / part.length)}x`)).toBeLessThan(2_000)
  })

  it('of any kind breaks nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void linksIn(text)))
  })
})

function timeOf(text: string): number {
  const spent = cpuClock()
  linksIn(text)
  return spent()
}
