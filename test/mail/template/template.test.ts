import { describe, expect, it } from 'vitest'
import { limits } from '../../../mail/template/limits.ts'
import { openTemplate, type Shelf } from '../../../mail/template/template.ts'
import { htmlOf, opened } from './opened.ts'

describe('a template that is given what it needs', () => {
  it('escapes in html, and not in subject and text', () => {
    const template = opened({ subject: '{{x}}', html: '<p>{{x}}</p>', text: '{{x}}' })
    expect(template.render({ variables: { x: 'A & B <b>' } })).toEqual({
      rendered: {
        locale: 'en',
        subject: 'A & B <b>',
        html: '<p>A &amp; B &lt;b&gt;</p>',
        text: 'A & B <b>',
      },
    })
  })

  it('keeps a subject on one line, whatever it is given', () => {
    const template = opened({ subject: 'Hi {{name}}' })
    expect(template.render({ variables: { name: 'a\r\nBcc: x@evil.test' } })).toMatchObject({
      rendered: { subject: 'Hi a Bcc: x@evil.test' },
    })
  })

  it('prints syntax that stands in a value, and does not evaluate it', () => {
    const variables = { name: '{{secret}} {{> head}} {{#each x}}', secret: 'no' }
    expect(htmlOf('{{{name}}}', variables)).toBe('{{secret}} {{> head}} {{#each x}}')
  })

  it('stands in its layout, with the language and direction of its locale', () => {
    const layout = '<html lang="{{@locale}}" dir="{{@direction}}">{{{@content}}} {{brand}}</html>'
    expect(htmlOf('<p>{{name}}</p>', { name: 'Ann', brand: 'A' }, { layout })).toBe(
      '<html lang="en" dir="ltr"><p>Ann</p> A</html>',
    )
  })

  it('has partials, with a context and values by name', () => {
    const button = { html: { where: 'button', text: '<a href="{{url}}">{{label}}</a>' } }
    const shelf = { partials: { button }, messages: [] }
    const html = '{{> button url=link label="Go"}}{{#each all}}{{> button this}}{{/each}}'
    const variables = { link: '/a', all: [{ url: '/b', label: 'B' }] }
    expect(htmlOf(html, variables, { shelf })).toBe('<a href="/a">Go</a><a href="/b">B</a>')
  })
})

describe('messages', () => {
  const shelf: Shelf = {
    partials: {},
    messages: [
      { where: 'en', locale: 'en', messages: { hi: 'Hi & {{name}}', both: 'only English' } },
      {
        where: 'ru',
        locale: 'ru',
        messages: {
          hi: 'Привет, {{name}}',
          m: { one: '{{n}} минута', few: '{{n}} минуты', other: '{{n}} минут' },
        },
      },
    ],
  }
  const html = (text: string) => ({ subject: { where: 's', text: '' }, html: { where: 'h', text } })
  const template = (text: string) =>
    openTemplate(
      {
        name: 'm',
        version: '1',
        defaultLocale: 'en',
        variables: [],
        locales: { en: html(text), ru: html(text) },
      },
      shelf,
    )

  it('come in the locale, escaped as where they stand asks, else in the default one', () => {
    const both = template('{{t "hi" name=who}}, {{t "both"}}')
    const variables = { who: '<A>' }
    expect(both.render({ variables })).toMatchObject({
      rendered: { html: 'Hi &amp; &lt;A&gt;, only English' },
    })
    expect(both.render({ variables, locale: 'ru-RU' })).toMatchObject({
      rendered: { locale: 'ru', html: 'Привет, &lt;A&gt;, only English' },
    })
  })

  it('have a form for each plural of the language', () => {
    const minutes = (n: number) =>
      template('{{t "m" n=n}}').render({ variables: { n }, locale: 'ru' })
    for (const [n, text] of [
      [1, '1 минута'],
      [3, '3 минуты'],
      [10, '10 минут'],
    ] as const)
      expect(minutes(n)).toMatchObject({ rendered: { html: text } })
  })

  it('that are nowhere are named', () => {
    expect(template('\n{{t "gone"}}').render({ variables: {} })).toEqual({
      locale: 'en',
      faults: [{ where: 'h', line: 2, rule: 'there is no message "gone"' }],
    })
  })
})

describe('content', () => {
  it('that names itself prints nothing there', () => {
    const html = 'a{{{@content}}}b'
    expect(htmlOf(html)).toBe('ab')
    expect(htmlOf(html, {}, { layout: '<i>{{{@content}}}</i>' })).toBe('<i>ab</i>')
    expect(htmlOf('', {}, { layout: '{{{@content}}}', subject: 'x{{{@content}}}' })).toBe('')
  })

  it('may stand twice in a layout', () => {
    expect(htmlOf('x', {}, { layout: '{{{@content}}}-{{{@content}}}' })).toBe('x-x')
  })
})

describe('a template that misses something', () => {
  it('names every variable and the line of each', () => {
    expect(htmlOf('<p>\n{{name}}</p>\n{{order.id}} {{name}}', { order: {} })).toEqual([
      'html 2: the variable "name" is missing',
      'html 3: the variable "order.id" is missing',
      'html 3: the variable "name" is missing',
    ])
  })

  it('does not miss what it asks for, inserts with a fallback, or was told may be absent', () => {
    const variables = [{ key: 'nick', type: 'string', required: false }] as const
    const html = '{{#if a}}x{{/if}}{{#each b}}x{{/each}}{{insert c "d"}}{{nick}}'
    expect(htmlOf(html, {}, { variables })).toBe('d')
  })

  it('takes a fallback for what has the name of a prototype', () => {
    const variables = [{ key: '__proto__', type: 'string', fallback: 'x' }] as const
    expect(htmlOf('{{__proto__}}', {}, { variables })).toBe('x')
  })

  it('takes fallbacks, and names what is of another type or used nowhere', () => {
    const variables = [
      { key: 'name', type: 'string', fallback: 'friend' },
      { key: 'items', type: 'list' },
      { key: 'plan', type: 'string' },
    ] as const
    expect(htmlOf('{{name}}', { items: [], plan: 1 }, { variables })).toBe('friend')
    expect(htmlOf('{{name}}', { items: 'no' }, { variables })).toEqual([
      'welcome 1: the variable "items" must be a list',
      'welcome 1: the variable "plan" is missing',
    ])
  })
})

describe('a template that cannot be read', () => {
  it.each([
    ['a\n{{#if x}}', 'html 2: cannot be read near "a{{#if x}}"'],
    ['a\n\n{{/if}}', 'html 3: cannot be read near "a{{/if}}"'],
    ['{{#if x}}\n{{/each}}', 'html 1: {{#if}} is closed by {{/each}}'],
    ['\n{{lookup this "x"}}', 'html 2: there is no helper "lookup"'],
    ['{{log "x"}}', 'html 1: there is no helper "log"'],
    ['{{#with a}}{{/with}}', 'html 1: there is no block helper "with"'],
    ['{{#people}}{{/people}}', 'html 1: there is no block helper "people"'],
    ['{{#each a as |b|}}{{/each}}', 'html 1: "as |name|" is not supported'],
    ['{{> gone}}', 'html 1: there is no partial "gone"'],
    ['{{> (x)}}', 'html 1: a helper has a simple name'],
    ['{{#> x}}{{/x}}', 'html 1: decorators and partial blocks are not supported'],
    ['{{* x}}', 'html 1: decorators and partial blocks are not supported'],
    ['{{{{raw}}}}{{{{/raw}}}}', 'html 1: {{{{ is not supported'],
    ['{{equals a}}', 'html 1: "equals" takes 2 values; there are 1'],
    ['{{@secret}}', 'html 1: there is no @secret'],
    ['{{t key}}', 'html 1: "t" takes one key in quotes'],
    ['{{formatDate "soon" "YYYY"}}', 'html 1: formatDate: the time cannot be read'],
    ['{{formatDate 0 "YYYY" "Mars/Base"}}', 'html 1: formatDate: there is no such time zone'],
  ])('%j: %s', (html, fault) => expect(htmlOf(html)).toEqual([fault]))

  it('has what its comments say on lines that count', () => {
    expect(htmlOf('a{{~!-- {{x}}\r\n}} --~}} b{{! x }}{{!--}}')).toBe('ab')
    expect(htmlOf('{{!--\n }}\n--}}{{#if')).toEqual([
      expect.stringMatching(/^html 3: cannot be read/),
    ])
  })

  it('includes itself: said, not tried', () => {
    const shelf = {
      partials: { self: { html: { where: 'self', text: 'a\n{{> self}}' } } },
      messages: [],
    }
    expect(htmlOf('{{> self}}', {}, { shelf })).toEqual([
      'self 2: the partial "self" includes itself',
    ])
  })

  it('is a tree instead of text', () => {
    const tree = { type: 'Program', body: [] } as never
    expect(htmlOf(tree)).toEqual(['html 1: is not text'])
  })
})

describe('links', () => {
  const html = '<a class=b href="{{url}}"><img src = {{{url}}}>'

  it.each(['https://a.test/?a', 'mailto:a@a.test', '/path', '#top', 'app://login', '', 'cid:logo'])(
    '%j is one',
    (url) => expect(htmlOf('<a href="{{{url}}}">', { url })).toBe(`<a href="${url}">`),
  )

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,<script>',
    'file:///etc/passwd',
  ])('%j is none', (url) =>
    expect(htmlOf(html, { url })).toEqual([expect.stringMatching(/^html 1: a link must not/)]),
  )

  it.each(['javascript&#58;alert(1)', '&#x6a;avascript:alert(1)', 'javascript&colon;alert(1)'])(
    'an entity of html does not hide a scheme: %j',
    (url) => {
      expect(htmlOf('<a href="{{{url}}}">', { url })).toEqual([expect.stringMatching(/entity/)])
      expect(htmlOf('<a href="{{url}}">', { url })).toContain('&amp;')
    },
  )

  const shelf = {
    partials: {
      link: { html: { where: 'link', text: '{{{url}}}' } },
      opened: { html: { where: 'opened', text: '<a href="' } },
    },
    messages: [],
  }

  it.each<[string, string]>([
    ['{{#if no}}https://a.test{{else}}{{url}}{{/if}}', 'javascript:alert(1)'],
    ['{{#if no}}{{no}}{{/if}}{{url}}', 'javascript:alert(1)'],
    ['{{no}}{{url}}', ' javascript:alert(1)'],
    ['{{java}}{{url}}', 'script:alert(1)'],
    ['java{{{url}}}', 'script&#58;alert(1)'],
    ['{{url}}:alert(1)', 'javascript'],
    ['{{url}}:{{java}}', 'javascript'],
    ['{{!x}}{{> link}}', 'javascript:alert(1)'],
    ['{{#each list}}{{this}}{{/each}}', ''],
  ])('are followed from tag to tag: %s', (written, url) => {
    const given = { url, no: '', java: 'java', list: ['java', 'script', ':'] }
    for (const begun of ['<a href="', "<a href='", '<a href=', '{{> opened}}']) {
      const end = begun.at(-1) === "'" ? "'>" : '">'
      expect(htmlOf(`${begun}${written}${end}`, given, { shelf })).toEqual([
        expect.stringMatching(/: a link must not begin with/),
      ])
    }
  })

  it.each([
    '{{#if no}}<a href="{{else}}<a href="{{/if}}{{url}}">',
    '{{#if no}}<b>{{else}}<a href="{{/if}}{{url}}">',
    '{{#if no}}x{{else if url}}<a title="x" href={{/if}}{{url}}>',
    '<a {{#if no}}src{{else}}href{{/if}}="{{url}}">',
    '<a {{name}}="{{url}}">',
  ])('are followed through branches: %s', (written) => {
    const given = { url: 'javascript:x', no: '', name: 'href' }
    expect(htmlOf(written, given)).toEqual([expect.stringMatching(/must not begin with/)])
  })

  it('may have anything behind where they begin', () => {
    const given = { url: 'javascript:', path: 'a.test' }
    for (const written of ['https://{{path}}/{{url}}', '{{path}}?{{url}}', '#{{{url}}}'])
      expect(htmlOf(`<a href="${written}">{{> link}}`, given, { shelf })).toContain('javascript:')
  })

  it('end no attribute that they stand in', () => {
    const url = '/" onclick="x()'
    const quoted = '<a href="/&quot; onclick=&quot;x()">'
    expect(htmlOf('<a href="{{{url}}}">', { url })).toBe(quoted)
    expect(htmlOf('<a href="{{> link}}">', { url }, { shelf })).toBe(quoted)
    expect(htmlOf('{{> opened}}{{{url}}}">', { url }, { shelf })).toBe(quoted)
    expect(htmlOf('<a href={{{url}}}>', { url: 'x onclick=y' })).toBe('<a href=x&#32;onclick=y>')
    expect(htmlOf('<p title={{url}}>', { url: 'x hidden' })).toBe('<p title=x&#32;hidden>')
  })

  it('stand around no content', () => {
    const layout = '<a href="{{{@content}}}">'
    expect(htmlOf('{{{url}}}', { url: '"' }, { layout })).toEqual([
      'layout 1: @content is for no attribute',
    ])
  })

  it('are only where html has them', () => {
    const text = 'javascript:x'
    expect(htmlOf('<p title="{{text}}">{{text}}</p><!-- href="{{text}}" -->', { text })).toContain(
      text,
    )
  })
})

describe('what is too much', () => {
  const million = Array.from({ length: 1_000_000 }, () => 'x')

  it.each([
    ['bytes', 'x'.repeat(limits.bytes + 1), 'more than 1048576 bytes'],
    ['a million tags', '{{a}}'.repeat(200_000), 'more than 2500 tags'],
    ['blocks 10,000 deep', '{{#if a}}'.repeat(10_000), 'more than 64 levels deep'],
    [
      '10,000 else ifs',
      `{{#if a}}${'{{else if a}}'.repeat(4_000)}{{/if}}`,
      'more than 64 levels deep',
    ],
    ['parentheses', `{{length ${'(length '.repeat(100)}`, 'more than 64 levels deep'],
    ['depth behind comments', '{{#if a}}{{!{{/if}}'.repeat(1_000), 'more than 64 levels deep'],
    ['depth behind strings', '{{#if "{{/if}}"}}'.repeat(1_000), 'more than 64 levels deep'],
    ['depth behind backslashes', '{{#if a}}\\{{/if}}'.repeat(1_000), 'more than 64 levels deep'],
    ['one tag', `{{a ${'b '.repeat(10_000)}}}`, 'a tag is longer than 4096 characters'],
    [
      'rounds',
      '{{#each million}}{{#each @root.million}}x{{/each}}{{/each}}',
      'more than 100000 steps',
    ],
    ['print', '{{#each million}}{{@root.long}}{{/each}}', 'prints more than 2097152 characters'],
  ])('%s', (_, html, rule) => {
    const given = { million, long: 'y'.repeat(200_000), a: 1 }
    expect(htmlOf(html, given)).toEqual([expect.stringContaining(rule)])
  })

  it('counts what all texts of an email take together', () => {
    const html = '{{#each million}}{{this}}{{/each}}'
    const list = million.slice(0, 30_000)
    const template = opened({ html, text: html })
    expect(template.render({ variables: { million: list } })).toHaveProperty('faults')
  })

  it('compiles partials that name each other many times only once', () => {
    const partials = Object.fromEntries(
      Array.from({ length: 15 }, (_, i) => {
        const text = i === 14 ? 'x' : `{{> p${i + 1}}}`.repeat(20)
        return [`p${i}`, { html: { where: `p${i}`, text } }]
      }),
    )
    expect(htmlOf('{{> p0}}', {}, { shelf: { partials, messages: [] } })).toEqual([
      expect.stringContaining('more than 100000 steps'),
    ])
  })

  it('stays readable up to the edge of depth and tags', () => {
    const deep = `${'{{#if a}}'.repeat(64)}x${'{{/if}}'.repeat(64)}`
    expect(htmlOf(deep, { a: 1 })).toBe('x')
    expect(htmlOf('{{a}}'.repeat(limits.tags), { a: 1 })).toBe('1'.repeat(limits.tags))
  })
})
