import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textFromHtml } from '../../../mail/compose/text-from-html.ts'
import { cpuClock } from '../../cpu-clock.ts'

describe('the text made from html', () => {
  it.each([
    ['<p>One</p><p>Two<br>Three</p>', 'One\n\nTwo\nThree'],
    ['<a href="https://b.cd/x">here</a>', 'here [https://b.cd/x]'],
    ['<a href="https://b.cd/x">https://b.cd/x</a>', 'https://b.cd/x'],
    ['a<img src="https://b.cd/i.png" alt="Logo">b', 'ab'],
    ['<ul><li>a</li><li>b</li></ul>', ' * a\n * b'],
    [
      '<table><tr><td>Subtotal</td><td>10.00</td></tr><tr><td>Qty</td><td>2</td></tr></table>',
      'Subtotal 10.00\nQty 2',
    ],
    ['<table><tr><th>Item<th>Price<tr><td>Nut<td>1</table>After', 'Item Price\nNut 1\n\nAfter'],
    ['<table><tr><td><p>A</p><p>B</p></td><td>C</td></tr></table>', 'A\n\nB\n\nC'],
    ['<table><tr><td><table><tr><td>a<td>b</table><tr><td>c</table>', 'a b\n\nc'],
    ['<dl><dt>Term</dt><dd>Meaning</dd></dl>', 'Term\nMeaning'],
    ['<h1>Your Order</h1><h4>iPhone</h4>', 'Your Order\n\niPhone'],
    ['<table><tr><th>iPhone</th></tr></table>', 'iPhone'],
    [
      '<a href="https://b.cd/x">one</a> <a href="https://b.cd/x">two</a>',
      'one [https://b.cd/x] two',
    ],
    [
      '<a href="https://b.cd/x">b.cd/x</a> <a href="https://b.cd/X">b.cd/x</a>',
      'b.cd/x b.cd/x [https://b.cd/X]',
    ],
    ['<a href="https://www.b.cd/">b.cd</a>', 'b.cd'],
    ['<a href="https://b.cd/a b"> https://b.cd/a b </a>', 'https://b.cd/a b'],
    ['<a href="https://b.cd/"><img src="https://b.cd/i.png"></a>', 'https://b.cd/'],
    ['<a href="mailto:a@b.cd">a@b.cd</a> <a href="mailto:e@f.gh">Eve</a>', 'a@b.cd Eve [e@f.gh]'],
    [
      '<a href="tel:+15550100">+1 555-0100</a> <a href="tel:+4930">Berlin</a>',
      '+1 555-0100 Berlin [+4930]',
    ],
    [
      '<a href="#top">top</a> <a href="javascript:x()">x</a> <a>y</a> <a href="">z</a>',
      'top x y z',
    ],
    ['<title>Title</title><body>text', 'text'],
    ['<style>p { color: red }</style><script>alert(1)</script>text', 'text'],
    ['a &amp; b &lt;c&gt; &eacute; &#128075;', 'a & b <c> é 👋'],
    ['', ''],
    ['<img src="x">', ''],
    ['plain', 'plain'],
    ['<p', ''],
  ])('of %j is %j', (html, text) => {
    expect(textFromHtml(html)).toBe(text)
  })

  it.each([
    ['elements inside each other', '<div>'.repeat(200_000)],
    ['links that never end', '<a href="x">'.repeat(80_000)],
    ['open brackets', '<'.repeat(1_000_000)],
    ['entities', '&amp;'.repeat(200_000)],
    ['table cells', '<table><tr><td>'.repeat(60_000)],
    ['list items inside each other', '<ul><li>'.repeat(120_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['one long word', 'a'.repeat(1_000_000)],
    ['attributes', `<p ${'a="b" '.repeat(160_000)}>`],
    ['an unclosed comment', `<!--${'-'.repeat(1_000_000)}`],
  ])('comes in good time from a megabyte of %s', (_, html) => {
    const spent = cpuClock()
    expect(typeof textFromHtml(html)).toBe('string')
    // Up to a second; without the limits some of these take half a minute and more.
    expect(spent()).toBeLessThan(10_000)
  })

  it('ends where the html has had a megabyte or 20,000 tags', () => {
    const text = textFromHtml(`<p>${'word '.repeat(300_000)}</p>`)
    expect(text.length).toBeGreaterThan(990_000)
    expect(text.length).toBeLessThan(1_000_001)
    const lines = textFromHtml('<p>word</p>'.repeat(30_000))
      .split('\n')
      .filter((line) => line !== '')
    expect(lines).toHaveLength(10_000)
  })

  it('never fails and never holds NUL', () => {
    const piece = fc.oneof(
      fc.constantFrom('<p>', '</p>', '<a href="', '">', '<table>', '&#0;', '&#13;', '&#xD800;'),
      fc.string({ unit: 'grapheme', maxLength: 10 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const html = pieces.join('').replaceAll('\0', '')
        expect(textFromHtml(html)).not.toContain('\0')
      }),
    )
  })
})
