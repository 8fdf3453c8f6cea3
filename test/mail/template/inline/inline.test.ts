import '../../../property-seed.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inlineCss } from '../../../../mail/template/inline/inline.ts'
import { tagsIn } from '../../../../mail/template/scan.ts'
import { leastOfTries } from '../../../cpu-clock.ts'
import { htmlOf } from '../opened.ts'

type Partials = Readonly<Record<string, string>>

function inlined(html: string, layout?: string, partials: Partials = {}) {
  const written = (where: string, text?: string) =>
    text === undefined ? undefined : { where, text }
  return inlineCss({
    html: { where: 'html', text: html },
    layout: written('layout', layout),
    partial: (name) => written(name, partials[name]),
  })
}

/** The body that comes of it below a style sheet; or the line and why it was left. */
function bodyOf(css: string, body: string): string {
  const made = inlined(`<style>${css}</style>${body}`)
  if ('left' in made) return `${made.left.line}: ${made.left.rule}`
  const { text } = made.html
  return text.slice(text.indexOf('</style>') + 8)
}

function cssOf(css: string, body: string): string {
  const made = inlined(`<style>${css}</style>${body}`)
  if ('left' in made) return made.left.rule
  return made.html.text.slice(7, made.html.text.indexOf('</style>'))
}

describe('styles go into the attributes of what they are said of', () => {
  it.each([
    ['p{color:red}', '<p>x', '<p style="color:red;">x'],
    ['p{color:red}', '<P\n>x', '<P style="color:red;"\n>x'],
    ['p { Color : RED ; margin:0 auto }', '<p>', '<p style="color:RED;margin:0 auto;">'],
    ['.a{margin:0}', '<p class="b a">', '<p style="margin:0;" class="b a">'],
    ['.a{margin:0}', "<p class='ab'>", "<p class='ab'>"],
    [
      '#x,td{margin:0}',
      '<p id=x><table><td>',
      '<p style="margin:0;" id=x><table><td style="margin:0;">',
    ],
    [
      'a[href^="/"]{margin:0}',
      '<a href="/x"><a href="x">',
      '<a style="margin:0;" href="/x"><a href="x">',
    ],
    [
      'div p{margin:0}',
      '<div><b><p></p></b></div><p>',
      '<div><b><p style="margin:0;"></p></b></div><p>',
    ],
    ['div > p{margin:0}', '<div><b><p></p></b></div>', '<div><b><p></p></b></div>'],
    ['/* a */ p{/* b */color:/**/red}<!-- -->', '<p>', '<p style="color:red;">'],
    ['p{color:red', '<p>', '<p style="color:red;">'],
    ['p{color:red}p{color:blue}', '<p>', '<p style="color:blue;">'],
    ['p.a{color:red}p{color:blue}', '<p class="a">', '<p style="color:red;" class="a">'],
    ['p{padding:0}p{padding-left:1px}', '<p>', '<p style="padding:0;padding-left:1px;">'],
    [
      'p{background:#fff;background:url(x.png)}',
      '<p>',
      '<p style="background:#fff;background:url(x.png);">',
    ],
    ['p{color:red!important}', '<p>', '<p style="color:red;">'],
    ['p{color:red !important}p{color:blue}', '<p>', '<p style="color:red;">'],
  ])('%s: %s', (css, body, expected) => expect(bodyOf(css, body)).toBe(expected))

  it.each([
    [
      'before those it has, which win',
      'p{margin:0;color:red}',
      '<p style="color:blue">',
      '<p style="margin:0;color:blue">',
    ],
    [
      'before what a tag puts there',
      'p{margin:0}',
      '<p style="{{x}}">',
      '<p style="margin:0;{{x}}">',
    ],
    ['with other quotes', 'p{font-family:"A B",c}', '<p>', `<p style="font-family:'A B',c;">`],
    [
      'with the quotes of the attribute',
      "p{font-family:'A'}",
      "<p style=''>",
      `<p style='font-family:"A";'>`,
    ],
    [
      'with entities where both quotes are needed',
      `p{font-family:'A',"B"}`,
      '<p>',
      `<p style="font-family:'A',&quot;B&quot;;">`,
    ],
    [
      'with addresses as they are',
      'p{background:url(/?a=1&b=2)}',
      '<p>',
      '<p style="background:url(/?a=1&amp;b=2);">',
    ],
  ])('%s', (_, css, body, expected) => expect(bodyOf(css, body)).toBe(expected))
})

describe('what only some readers see stays where it is, and still wins', () => {
  it.each([
    ['a:hover{color:red}a{color:blue}', 'a:hover{color:red !important}a{color:blue}'],
    [
      'a{margin:0}@media (max-width:9px){a{margin:1px}}',
      'a{margin:0}@media (max-width:9px){a{margin:1px !important}}',
    ],
    ['a{margin:0}@media x{a{color:red}}', 'a{margin:0}@media x{a{color:red}}'],
    [
      'a{color:red}@media x{@supports (y){a{color:blue}}}',
      'a{color:red}@media x{@supports (y){a{color:blue !important}}}',
    ],
    [
      'a{color:red}{{#if dark}}a{color:{{it}};}{{/if}}',
      'a{color:red}{{#if dark}}a{color:{{it}} !important;}{{/if}}',
    ],
    ['a{color:red}a{color:{{it}};}', 'a{color:red}a{color:{{it}} !important;}'],
    [
      'a{color:red}@font-face{color:x}@keyframes a{0%{color:x}}',
      'a{color:red}@font-face{color:x}@keyframes a{0%{color:x}}',
    ],
  ])('%s', (css, expected) => {
    expect(cssOf(css, '<a>')).toBe(expected)
    expect(bodyOf(css, '<a>')).toMatch(/^<a style="(color|margin):\w+;">$/)
  })

  it.each([
    [
      'where it would win over another rule',
      'a{color:red}@media x{a{color:blue}}.b{color:green}',
      '<a></a><a class=b>',
    ],
    [
      'where it would win over an attribute',
      'a{color:red}@media x{a{color:blue}}',
      '<a></a><a style="color:green">',
    ],
    [
      'where it would win over what was important',
      'a{color:red}@media x{a{color:blue}}.b{color:green!important}',
      '<a></a><a class=b>',
    ],
  ])('%s what it changes is not inlined', (_, css, body) => {
    expect(cssOf(css, body)).toBe(css)
    expect(bodyOf(css, body)).toMatch(/^<a><\/a>/)
  })

  it.each([
    '@media x{a{color:red}}',
    'a:visited{color:red}',
    'b + a{color:red}',
    'a:first-child{color:red}',
    'a::before{color:red}',
    'a::before b,a{color:red}',
    'a{--x:red}',
    'a{color:"\\41"}',
    'a{color:}',
    'a{color:{{it}};}',
    '{{#if x}}a{color:red}{{/if}}',
    '@import "x";',
    'a{c"olor:red}',
    '[data-ogsc] a{color:red}',
  ])('%s', (css) => expect(bodyOf(css, '<b></b><a>')).toBe('<b></b><a>'))

  it.each(['data-embed', 'data-premailer="ignore"', 'data-css-inline="ignore"', 'media="print"'])(
    'a style sheet with %s',
    (attribute) => {
      const html = `<style ${attribute}>a{color:red}</style><a>`
      expect(inlined(html)).toMatchObject({ html: { text: html } })
    },
  )

  it('an element with data-css-inline', () => {
    expect(bodyOf('a{color:red}', '<a data-css-inline="ignore">')).not.toContain('style=')
  })
})

describe('tags of the template', () => {
  it.each([
    [
      'between rows',
      'td{margin:0}',
      '<table>{{#each x}}<tr><td>{{this}}</td></tr>{{else}}<tr><td>-</td></tr>{{/each}}</table>',
      '<table>{{#each x}}<tr><td style="margin:0;">{{this}}</td></tr>{{else}}<tr><td style="margin:0;">-</td></tr>{{/each}}</table>',
    ],
    [
      'in comments',
      'p{margin:0}',
      '<!--[if mso]><p>{{x}}</p><![endif]-->{{!-- <p> --}}{{! <p> }}<p>',
      '<!--[if mso]><p>{{x}}</p><![endif]-->{{!-- <p> --}}{{! <p> }}<p style="margin:0;">',
    ],
    [
      'with html in their words',
      'p{margin:0}',
      '{{insert x "<p>"}}<p title="{{insert x \'>"\'}}">',
      '{{insert x "<p>"}}<p style="margin:0;" title="{{insert x \'>"\'}}">',
    ],
    ['in addresses', 'a{margin:0}', '<a href={{{url}}}>', '<a style="margin:0;" href={{{url}}}>'],
    [
      'among attributes: the element is left',
      'td{margin:0}',
      '<td {{#if x}}class="a"{{/if}}>',
      '<td {{#if x}}class="a"{{/if}}>',
    ],
    [
      'as a name: the element is left',
      'td{margin:0}',
      '<{{x}}></{{x}}><td>',
      '<{{x}}></{{x}}><td style="margin:0;">',
    ],
    [
      'in a class: what asks for no class',
      'p{margin:0}.a{color:red}',
      '<p class="{{x}}">',
      '<p style="margin:0;" class="{{x}}">',
    ],
    [
      'in a class of what is around',
      '.a p{margin:0}',
      '<div class="{{x}}"><p>',
      '<div class="{{x}}"><p>',
    ],
    ['that are escaped', 'p{margin:0}', '\\{{x}}<p>', '\\{{x}}<p style="margin:0;">'],
  ])('%s', (_, css, body, expected) => expect(bodyOf(css, body)).toBe(expected))

  it.each([
    [
      'p{color:red}{{{more}}}',
      '<p>',
      '1: a tag in a style sheet is neither in a value nor around rules',
    ],
    ['p{ {{{more}}} }', '<p>', '1: a tag in a style sheet is neither in a value nor around rules'],
    [
      '.{{name}}{color:red}',
      '<p>',
      '1: a tag in a style sheet is neither in a value nor around rules',
    ],
    [
      'p{ {{#if x}}color:red{{else}}margin:0{{/if}} }',
      '<p>',
      '1: a tag in a style sheet is neither in a value nor around rules',
    ],
    [
      'p{color:red}',
      '\n{{#if x}}<p>{{else}}<div>{{/if}}',
      '2: an element begins or ends in a block only',
    ],
    ['p{color:red; b{color:blue}}', '<p>', '1: a rule stands inside another'],
  ])('%s %s: all is left, and said', (css, body, expected) =>
    expect(bodyOf(css, body)).toBe(expected),
  )
})

describe('a page of several texts', () => {
  const layout =
    '<style>.card p{margin:0}.foot a{color:red}.card a{color:blue}</style><div class="card">{{{@content}}}</div>\n<p class="foot">{{> link url=home}}</p>'
  const partials = { link: '<a href="{{url}}">{{> words}}</a>', words: '<b>x</b>' }

  it('has styles of the layout in what it stands around, and in partials by where they are used', () => {
    const made = inlined('<p>{{> link url="/a"}}</p>{{> words}}', layout, partials)
    if ('left' in made) throw new Error(made.left.rule)
    expect(made.html.text).toBe('<p style="margin:0;">{{> [link/0] url="/a"}}</p>{{> words}}')
    expect(made.layout!.text).toContain('<p class="foot">{{> [link/1] url=home}}</p>')
    expect([...made.partials].map(([name, { text }]) => [name, text])).toEqual([
      ['link/0', '<a style="color:blue;" href="{{url}}">{{> words}}</a>'],
      ['link/1', '<a style="color:red;" href="{{url}}">{{> words}}</a>'],
    ])
  })

  it('is left alone when its layout prints the content twice, or partials come to too much', () => {
    expect(inlined('<p>', `${layout}{{{@content}}}`)).toMatchObject({ left: { where: 'layout' } })
    const many = Object.fromEntries(
      Array.from({ length: 15 }, (_, i) => [`p${i}`, `{{> p${i + 1}}}`.repeat(20)]),
    )
    expect(inlined('<style>p{margin:0}</style>{{> p0}}', undefined, many)).toHaveProperty('left')
  })

  it('tells the line of the text that is meant', () => {
    const made = inlined('<p>\n{{#if x}}<td>{{/if}}', layout)
    expect(made).toMatchObject({ left: { where: 'html', line: 2 } })
  })
})

describe('any template whatever', () => {
  const css = fc.constantFrom(
    ...[
      'p{color:red}',
      '.a{margin:0}',
      'a:hover{color:red}',
      '@media x{p{color:blue}}',
      'p{color:{{c}};}',
    ],
    ...['{{#if d}}.a{margin:1px}{{/if}}', 'p a{padding:0 {{n}}px}', 'td>p{top:1px}', '}', ';', '"'],
  )
  const junk = fc.constantFrom(
    ...['<!--', '-->', '"', '<', '>', '</table>', '<p', '{{c', '{{/if}}', '\\{{', '{{!--', '--}}'],
    ...['<style>', '</style>', '<title>', '<!--[if mso]>', '<![endif]-->', '\u202e', '{{{h}}'],
  )
  const leaf = fc.constantFrom(
    ...['x', '{{c}}', '{{{h}}}', '{{! <p> }}', '&amp;', '<br>', '<p>', '{{insert z "<p>"}}'],
    ...['<p {{#if c}}class=a{{/if}}>', '<img src="{{u}}">', '<!-- {{c}} -->'],
  )
  const around = fc.constantFrom(
    ...([
      ['<p class="a">', '</p>'],
      ['<p class="{{k}}">', '</p>'],
      ['<p style="{{s}}">', '</p>'],
      ["<a href='{{u}}' style='top:0'>", '</a>'],
      ['<table><tr><td>', '</td></tr></table>'],
      ['{{#if c}}', '{{/if}}'],
      ['{{#if z}}<p>', '</p>{{else}}<p>y</p>{{/if}}'],
      ['{{#each l}}<tr>', '</tr>{{/each}}'],
    ] as const),
  )
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'medium' },
      leaf,
      fc
        .tuple(around, fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
        .map(([[open, close], inner]) => `${open}${inner.join('')}${close}`),
    ),
  }))
  const body = fc.array(fc.oneof({ arbitrary: node, weight: 20 }, junk), { maxLength: 8 })
  const page = fc.tuple(fc.array(css, { maxLength: 6 }), body)

  it('keeps every tag in its place, and says the same', () => {
    let changed = 0
    const variables = { c: 'red', n: 1, d: true, k: 'a', s: 'top:0', u: '/x', l: [1, 2], h: '<p>' }
    fc.assert(
      fc.property(page, ([rules, nodes]) => {
        const html = `<style>${rules.join('')}</style>${nodes.join('')}`
        const made = inlined(html)
        if ('left' in made || made.html.text === html) return
        changed += 1
        const { text } = made.html
        expect(tagsOf(text)).toEqual(tagsOf(html))
        const [before, after] = [htmlOf(html, variables), htmlOf(text, variables)]
        if (typeof before !== 'string' || typeof after !== 'string') expect(after).toEqual(before)
        else expect(withoutStyles(after)).toBe(withoutStyles(before))
      }),
      { numRuns: 500 },
    )
    expect(changed).toBeGreaterThan(20)
  })

  const tagsOf = (text: string) => [...tagsIn(text)].map(({ at, end }) => text.slice(at, end))
  const withoutStyles = (html: string) =>
    html
      .replaceAll(' !important', '')
      .replaceAll(/ style="(?:[a-z-]+:[^;"{]*;)*"|(?<=style=")(?:[a-z-]+:[^;"{]*;)+/g, '')
})

describe('hostile style sheets', () => {
  const many = (count: number, one: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => one(i)).join('')
  it.each([
    ['100,000 rules', `<style>${many(100_000, (i) => `.a${i}{color:red}`)}</style><p class=a1>`],
    [
      'selectors that look up at every step',
      `<style>${many(900, (i) => `.c${i} * * * * * .z${i}{color:red}`)}</style>${'<div class="z1">'.repeat(250)}`,
    ],
    [
      'one endless selector',
      `<style>${'a '.repeat(40_000)}{color:red}</style>${'<a>'.repeat(250)}`,
    ],
    [
      'a selector in brackets in brackets',
      `<style>${':not('.repeat(20_000)}a{color:red}</style><a>`,
    ],
    ['blocks in blocks', `<style>${'@media x{'.repeat(10_000)}a{color:red}</style><a>`],
    [
      'everything for everyone',
      `<style>${many(200, (i) => `*{margin:${i}px}`)}</style>${'<p>'.repeat(4_000)}`,
    ],
    [
      'doubts about everything',
      `<style>${many(300, (i) => `a:hover{color:red;margin:${i}px}a{color:blue;margin:0}`)}</style>${'<a></a>'.repeat(300)}`,
    ],
    [
      'attributes by the thousand',
      `<style>a{color:red}</style><a ${many(40_000, (i) => `b${i}="{{x}}" `)}>`,
    ],
    [
      'a class of many names',
      `<style>${many(1_000, (i) => `.x${i}{color:red}`)}</style><a class="${many(20_000, (i) => `y${i} `)}">`,
    ],
    ['quotes without end', `<style>a{color:red}</style>${`<a b="c' d='`.repeat(10_000)}`],
    [
      'tables in tables, a megabyte',
      `<style>td{color:red}</style>${'<table><tr><td>'.repeat(70_000)}`,
    ],
    ['tables in tables', `<style>td{color:red}</style>${'<table><tr><td>'.repeat(15_000)}`],
  ])('%s: bounded', (_, html) => {
    // Some 20 ms; a regular expression that backtracks, or a walk for each step, takes minutes.
    const most = 1_500
    expect(leastOfTries(() => inlined(html), most)).toBeLessThan(most)
  })
})
