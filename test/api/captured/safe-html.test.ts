import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeHtml } from '../../../api/captured/safe-html.ts'

const options = { pictureOf: () => undefined, remotePictures: false }

/** What stands behind the head that every document has. */
function shown(html: string, more: Partial<Parameters<typeof safeHtml>[1]> = {}): string {
  return safeHtml(html, { ...options, ...more }).split('</head>')[1]!
}

const { payloads } = JSON.parse(
  readFileSync(new URL('../../data/preview-payloads.json', import.meta.url), 'utf8'),
) as { payloads: string[] }

/** What there is of tags in a text, with their attributes. */
function tagsIn(html: string): string[] {
  return html.replace(/<style[^>]*>[^<]*<\/style>/g, '').match(/<[^>]*>?/g) ?? []
}

/** An opening tag of ours: plain names, quoted values, nothing that runs or leads anywhere. */
const harmlessTag =
  /^<(?:\/[a-z0-9]+|[a-z0-9]+(?: (?!on|href|action|srcset|formaction|http-equiv|name|ping)[a-z]+="[^"<>]*")*)>$/

describe('captured HTML made safe', () => {
  it.each(payloads)('has only harmless tags for %s', (payload) => {
    for (const html of [
      payload,
      `<p>${payload}</p>`,
      `<p title="${payload}">`,
      `<style>${payload}`,
    ])
      for (const tag of tagsIn(shown(html, { remotePictures: true })))
        expect(tag).toMatch(harmlessTag)
  })

  it('has only harmless tags for whatever is made of pieces of them', () => {
    const pieces = [
      ...payloads.flatMap((payload) => payload.match(/<|>|"|'|=|\/|\s+|[\w:-]+|./g) ?? []),
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '\0',
      '`',
      '&lt;script&gt;',
    ]
    const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''))
    fc.assert(
      fc.property(soup, (html) => {
        for (const tag of tagsIn(shown(html))) expect(tag).toMatch(harmlessTag)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps what makes an email look as it does', () => {
    const html =
      '<table width="600" bgcolor="#fff" style="color: red"><tr><td align="center" class="x">Hello &amp; <b>bye</b><br></td></tr></table>'
    expect(shown(html)).toBe(html)
    const page =
      '<html lang="de"><head><style>p > b { color: red }</style></head><body>x</body></html>'
    expect(safeHtml(page, options)).toContain('<style>p > b { color: red }</style>')
  })

  it('leads nowhere and says where it would have led', () => {
    expect(shown('<a href=" https://acme.test/?a=1&amp;b=2 " onclick="x()">go</a>')).toBe(
      '<a title="https://acme.test/?a=1&amp;b=2">go</a>',
    )
  })

  it('leaves out what is for programs with all that is inside, and of the unknown only the tags', () => {
    expect(shown('a<script>b</script><svg><text>c</text></svg><form><o:p>d</o:p></form>')).toBe(
      'ad',
    )
  })

  it.each([
    ['a picture of the email', 'cid:logo%40x', '<img src="data:image/png;base64,AA" alt="x">'],
    ['one it does not have', 'cid:other', '<img alt="x">'],
    [
      'a picture in the text',
      'data:image/gif;base64,R0',
      '<img src="data:image/gif;base64,R0" alt="x">',
    ],
    ['a drawing with scripts', 'data:image/svg+xml;base64,R0', '<img alt="x">'],
    ['a picture elsewhere', 'https://acme.test/x.png', '<img alt="x">'],
    ['a picture on this host', '/v1/captures', '<img alt="x">'],
    ['no picture', 'javascript:x()', '<img alt="x">'],
  ])('shows %s only where that tells no one', (_, src, expected) => {
    const pictureOf = (id: string) => (id === 'logo@x' ? 'data:image/png;base64,AA' : undefined)
    const tag = shown(`<img src="${src}" alt="x">`, { pictureOf })
    expect([...tag.matchAll(/[^ <>]+/g)].map(String).sort()).toEqual(
      [...expected.matchAll(/[^ <>]+/g)].map(String).sort(),
    )
  })

  it('shows pictures elsewhere when asked to', () => {
    const html = '<img src="https://acme.test/x.png?a=1&amp;b"><img src="ftp://acme.test/x">'
    expect(shown(html, { remotePictures: true })).toBe(
      '<img src="https://acme.test/x.png?a=1&amp;b"><img>',
    )
  })

  it('ends reading where elements are nested beyond reason, in no time by the square of that', () => {
    const html = `<p>before</p>${'<div>'.repeat(500_000)}after`
    const text = shown(html)
    expect(text).toContain('before')
    expect(text).not.toContain('after')
  })

  it.each([
    ['tags', '<i>x</i>'.repeat(100_000)],
    ['attributes', '<i a b c d e f g h>'.repeat(900).concat('</i>'.repeat(900)).repeat(30)],
  ])('ends reading after so many %s, and says so', (_, html) => {
    const text = shown(`<p>before</p>${html}<p>after</p>`)
    expect(text).toContain('before')
    expect(text).toContain('The rest is too much to show')
    expect(text).not.toContain('after')
  })
})
