import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkContent } from '../../../mail/check/check.ts'
import type { Whole } from '../../../mail/check/whole.ts'

const whole = (body: string) =>
  `<!doctype html><html lang="en" dir="ltr"><head><title>Hello</title></head><body>${body}</body></html>`

/** What is found, without what clients support. */
async function found(email: Whole) {
  const { findings } = await checkContent(email)
  return findings.filter(({ rule }) => !rule.startsWith('support.'))
}

const rulesIn = async (email: Whole) => (await found(email)).map(({ rule }) => rule)
const ofBody = (body: string) => rulesIn({ html: whole(body), text: 'Hello' })

describe('the check of an email', () => {
  it('finds nothing in one that is well made', async () => {
    const body = `<table role="presentation"><tr><td bgcolor="#000000"><font color="white">Hi</font></td></tr></table>
      <img src="https://a.test/a.png" alt="A logo"><a href="https://a.test">Read on</a>`
    expect(await ofBody(body)).toEqual([])
  })

  it('finds nothing in one without html', async () => {
    expect(await rulesIn({ text: 'Hello' })).toEqual([])
  })

  it.each([
    ['a picture without alt', '<img src="https://a.test/a.png">', 'html.alt'],
    [
      'a link without words',
      '<a href="https://a.test"><img alt="" src="cid:a"></a>',
      'html.link-text',
    ],
    ['a table for layout', '<table><tr><td>Hi</td></tr></table>', 'html.table-role'],
    ['a relative link', '<a href="/reset">Reset</a>', 'html.link-relative'],
    ['a relative picture', '<img alt="" src="logo.png">', 'html.link-relative'],
    ['a script', '<script>1</script>', 'html.no-effect'],
    ['grey on white', '<p style="color:#999">Hi</p>', 'html.contrast'],
    ['white on yellow', '<td bgcolor="yellow"><font color="#fff">Hi</font></td>', 'html.contrast'],
  ])('finds %s, and where', async (_, body, rule) => {
    const all = await found({ html: whole(`\n${body}`), text: 'Hello' })
    expect(all.map((one) => [one.rule, one.line])).toEqual([[rule, 2]])
  })

  it.each([
    ['a table of data', '<table><tr><th>Price</th><td>5</td></tr></table>'],
    ['a link to a picture with alt', '<a href="https://a.test"><img alt="Shop" src="cid:a"></a>'],
    ['a link of a template', '<a href="{{url}}">Reset</a>'],
    ['an anchor', '<a name="top"></a><a href="#top">Up</a>'],
    ['large text of less contrast', '<h1 style="color:#777777">Hi</h1>'],
    [
      'a color that a style sheet may change',
      '<style>.a{color:red}</style><p class="a"><b style="background:#f00">Hi</b></p>',
    ],
    [
      'a background that is a picture',
      '<td style="background:url(a) #fff"><p style="color:#eee">Hi</p></td>',
    ],
    ['text for the preview alone', '<div style="display:none;color:#fff">Hi</div>'],
  ])('lets be %s', async (_, body) => {
    expect(await ofBody(body)).toEqual([])
  })

  it('finds what is missing around the text', async () => {
    expect(await rulesIn({ html: '<p>Hello</p>' })).toEqual([
      'text.missing',
      'html.title',
      'html.lang',
      'html.dir',
    ])
  })

  it.each([
    [102_000, ['size.clipped warning']],
    [102_001, ['size.clipped error']],
    [91_000, []],
  ])('says at %s bytes that Gmail cuts off what is too long', async (bytes, wanted) => {
    const html = whole('a').replace('>a<', `>${'a'.repeat(bytes - whole('').length)}<`)
    const all = await found({ html, text: 'Hello' })
    expect(all.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(wanted)
  })

  it.each([
    [undefined, {}, []],
    ['bulk', {}, ['unsubscribe.missing error']],
    ['bulk', { 'List-Unsubscribe': '<mailto:a@b.test>' }, ['unsubscribe.one-click error']],
    [undefined, { 'List-Unsubscribe': '<https://b.test/u>' }, ['unsubscribe.one-click warning']],
    [
      'bulk',
      {
        'List-Unsubscribe': '<mailto:a@b.test>, <https://b.test/u>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      [],
    ],
  ] as const)('looks how one gets off a list: %s %o', async (stream, headers, wanted) => {
    const fields = Object.entries(headers).map(([name, value]) => ({ name, value }))
    const all = await found({ text: 'Hello', fields, ...(stream && { stream }) })
    expect(all.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(wanted)
  })

  it('has the worst first, lists 50 places of a finding at most and counts all', async () => {
    const { findings } = await checkContent({ html: whole('<img src="cid:a">\n'.repeat(80)) })
    expect(findings[0]).toMatchObject({ rule: 'html.alt', severity: 'error', count: 50 })
    expect(findings[0]!.also).toHaveLength(49)
    const order = ['error', 'warning', 'note']
    const ranks = findings.map(({ severity }) => order.indexOf(severity))
    expect(ranks).toEqual(ranks.toSorted())
  })

  it.each([
    ['nested tags', '<div>'.repeat(20_000)],
    ['nested links', '<a href="#">'.repeat(10_000)],
    ['open brackets', '<p style="a:((((((((((('.repeat(20_000)],
    ['css without end', `<style>${'a{'.repeat(40_000)}`],
    ['css of brackets', `<style>${'url(('.repeat(20_000)}`],
    ['commas', `<img srcset="${','.repeat(100_000)}">`],
    ['numbers', `<p style="width:${'1'.repeat(100_000)}">`],
    ['hyphens', `<p style="color:${'-'.repeat(100_000)}">`],
    ['blanks', `<style>a${' '.repeat(100_000)}b</style>`],
    ['colors', '<font color="rgb(1,1,1)">a'.repeat(20_000)],
  ])('takes no time by the square of %s', { timeout: 60_000 }, async (_, html) => {
    const took = async (text: string) => {
      const from = process.cpuUsage()
      await checkContent({ html: text })
      return process.cpuUsage(from).user + 20_000
    }
    await took(html.slice(0, 1_000))
    const half = await took(html.slice(0, html.length / 2))
    expect((await took(html)) / half).toBeLessThan(20)
  })

  it('reads whatever html there is, and every place lies in it', async () => {
    const pieces = fc.constantFrom(
      ...[
        '<p style="',
        'color:',
        '#999',
        ';',
        '">',
        '</p>',
        '<style>',
        'a{',
        '}',
        '/*',
        '*/',
        '@media(',
        '</style>',
        '<img ',
        'alt',
        '>',
        '<table>',
        '<th>',
        '<a href=x>',
        '\n',
        'text',
        '&amp;',
        '<!--',
        '-->',
        '"',
        "'",
        '\\',
        '🙂',
      ],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 60 }), async (parts) => {
        const html = parts.join('')
        const lines = html.split('\n')
        const { findings } = await checkContent({ html })
        for (const { line, column, also } of findings)
          for (const place of [...also, ...(line && column ? [{ line, column }] : [])])
            expect(place.column).toBeLessThanOrEqual(lines[place.line - 1]!.length + 1)
      }),
    )
  })
})
