import '../../property-seed.ts'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastOfTries } from '../../cpu-clock.ts'
import { htmlOf, opened } from './opened.ts'

const prototypeNames = [
  ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'],
  ...['__defineGetter__', '__lookupGetter__', 'isPrototypeOf'],
]

describe('what was not given', () => {
  it.each(prototypeNames)('cannot be read as %s', (name) => {
    for (const path of [
      name,
      `a.${name}`,
      `@root.${name}`,
      `list.${name}`,
      `${name}.${name}`,
      `[${name}]`,
    ]) {
      const variables = { a: {}, list: [1], text: 'x' }
      const rendering = opened({ html: `{{${path}}}` }).render({ variables, lenient: true })
      expect(rendering).toMatchObject({ rendered: { html: '' } })
    }
  })

  it('can be read when it was given, whatever its name', () => {
    const variables = JSON.parse('{"__proto__":{"x":1},"constructor":"c"}') as Record<
      string,
      unknown
    >
    expect(htmlOf('{{__proto__.x}} {{constructor}}', variables)).toBe('1 c')
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  it('of a text is nothing, also where it is a list of characters', () => {
    const rendering = opened({ html: '{{a.length}}{{a.[0]}}{{#each a}}x{{/each}}' })
    expect(rendering.render({ variables: { a: 'abc' }, lenient: true })).toMatchObject({
      rendered: { html: '' },
    })
  })
})

const attacks = new URL(
  '../../../../shared/testdata/attacks/template-injection.json',
  import.meta.url,
)

describe.runIf(existsSync(attacks))('the list of attacks', () => {
  interface Attacks {
    readonly templates: readonly string[]
    readonly data: Record<string, string>
    readonly hostile_variables: readonly Record<string, unknown>[]
  }
  const read = () => JSON.parse(readFileSync(attacks, 'utf8')) as Attacks

  it('is printed or refused, and reads nothing of this process', () => {
    const { templates, data, hostile_variables } = read()
    const before = Object.getOwnPropertyNames(Object.prototype)
    for (const template of templates)
      for (const variables of [data, ...hostile_variables]) {
        const said = JSON.stringify(opened({ html: template }).render({ variables, lenient: true }))
        expect(said).not.toMatch(/\[native code\]|function |root:x:0|PATH=/)
        if (!template.includes('{{{') && !template.includes('{{&'))
          expect(said.replaceAll(JSON.stringify(template).slice(1, -1), '')).not.toContain(
            '<img src=x onerror',
          )
      }
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
  })
})

describe('any text whatever', () => {
  const piece = fc.constantFrom(
    ...[
      '{{',
      '}}',
      '{{{',
      '}}}',
      '{{#if a}}',
      '{{/if}}',
      '{{else}}',
      '{{else if b}}',
      '{{#each l}}',
      '{{/each}}',
    ],
    ...[
      '{{a}}',
      '{{!',
      '--',
      '{{!--',
      '--}}',
      '"',
      "'",
      '[',
      ']',
      '(',
      ')',
      '\\',
      '~',
      '^',
      '#',
      '/',
      '>',
      '@root',
      '\n',
    ],
    ...[
      '<a href="',
      '">',
      '<!--',
      '-->',
      'x',
      '=',
      '|',
      ' as ',
      '{{> p}}',
      '{{t "k"}}',
      '\u0000',
      '𝒳',
    ],
  )

  it('is rendered or refused by a fault with a line, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (words, variables) => {
          const html = words.join('')
          const rendering = opened({ html }).render({ variables })
          if ('rendered' in rendering) return
          const lines = html.split('\n').length
          for (const { line } of rendering.faults) {
            expect(line).toBeGreaterThanOrEqual(1)
            expect(line).toBeLessThanOrEqual(lines)
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is printed so that html shows it as it was given, and has no more tags', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const html = htmlOf('<p>{{text}}</p>', { text }) as string
        expect(html.slice(3, -4)).not.toMatch(/[<>"'`=]/)
        expect(decoded(html.slice(3, -4))).toBe(text)
      }),
    )
  })

  it('given as a link stays inside its attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (url) => {
        for (const tag of ['{{url}}', '{{{url}}}']) {
          const html = htmlOf(`<a href="${tag}">`, { url })
          if (typeof html === 'string') expect(html.slice(9, -2)).not.toMatch(/["<>]/)
        }
      }),
    )
  })
})

describe('what would take long', () => {
  const million = 1_000_000
  const filled = (piece: string) => piece.repeat(million / piece.length)
  const list = Array.from({ length: million }, () => 'x')
  const half = list.slice(0, 49_000)
  const many = (tag: string) => Array.from({ length: 250 }, () => tag).join('')
  // As long as one tag may be, as often as all together may.
  const longest = (piece: string) => `{{f ${piece.repeat(4_080 / piece.length)}}}`.repeat(15)
  const twice = (a: string, b: string) => ({ half, x: filled(a), y: `${filled(a)}${b}` })
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n]))
  const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`) as object

  const partial = (text: string) => ({ html: { where: 'p', text } })
  const partials: Record<string, ReturnType<typeof partial>> = {
    p: partial('x'),
    tags: partial('{{a}}'.repeat(2_000)),
    long: partial('a="b" '.repeat(170_000)),
    ...Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`p${n}`, partial('x')])),
    all: partial(Array.from({ length: 2_000 }, (_, n) => `{{> p${n}}}`).join('')),
  }
  const shelf = { partials, messages: [] }
  const everywhere = (tags: string) =>
    ['%', '<a %>', '<a title=%>', '<a title="%">', "<a title='%'>", '<a title=x%>', '<a href=%>']
      .concat('<a href="%">', "<a href='%'>", '<!--%-->')
      .map((place) => place.replace('%', tags))
      .join('')

  it.each<[string, string, object?]>([
    ['tags', '{{a}}'.repeat(million)],
    ['depth', '{{#if a}}'.repeat(10_000)],
    ['values of one helper', many(`{{equals ${'b '.repeat(2_000)}}}`)],
    ['names of one tag', many(`{{> p ${'b=1 '.repeat(1_000)}}}`)],
    ['values of long tags', longest('a ')],
    ['numbers of long tags', longest('1 ')],
    ['names of long tags', longest('a=a ')],
    ['paths of long tags', longest('.a')],
    ['tags of six words', '{{equals a b c d e}}'.repeat(2_500)],
    ['paths', many(`{{a${'.b'.repeat(2_000)}}}`)],
    ['ways outward', many(`{{${'../'.repeat(1_300)}a}}`)],
    [
      'a path in a loop',
      `{{#each half}}{{@root.a${'.a'.repeat(1_900)}}}{{/each}}`,
      { half, ...deep },
    ],
    ['braces', filled('{')],
    ['backslashes', filled('\\')],
    ['escaped braces', filled('\\{{')],
    ['comments that do not end', filled('{{!--')],
    ['comments of dashes', `{{!-- ${'x'.repeat(390)} --}}`.repeat(2_490)],
    ['long text between comments', `${'x'.repeat(390)}{{~!----~}}`.repeat(2_490)],
    ['tags of html', filled('<a href="')],
    ['blank lines', `{{#if a}}${'\n '.repeat(90)}{{/if}}`.repeat(1_250)],
    ['rounds', '{{#each list}}{{this}}{{/each}}', { list }],
    ['rounds in rounds', '{{#each list}}{{#each @root.list}}x{{/each}}{{/each}}', { list }],
    [
      'partials with a large context',
      '{{#each half}}{{> p @root a=1}}{{/each}}',
      { half, ...wide },
    ],
    ['dates', '{{#each half}}{{formatDate 0 "MMMM dddd" "Asia/Tokyo"}}{{/each}}', { half }],
    ['a format of dates', '{{formatDate 0 x}}', { x: filled('MMMM') }],
    [
      'texts compared',
      '{{#each half}}{{#equals @root.x @root.y}}a{{/equals}}{{/each}}',
      twice('x', '1'),
    ],
    [
      'blanks compared',
      '{{#each half}}{{#lessThan @root.x 1}}a{{/lessThan}}{{/each}}',
      twice(' ', ''),
    ],
    ['a value of html', '<p title="{{x}}">{{x}}', { x: filled('<') }],
    ['a link of entities', '<a href="{{{x}}}">', { x: filled('&#') }],
    ['a link of blanks', '<a href="{{{x}}}">', { x: filled(' ') }],
    ['partials in every place', everywhere('{{> p}}{{> tags}}')],
    ['long partials in every place', everywhere('{{> long}}')],
    ['thousands of partials in every place', everywhere('{{> all}}')],
  ])('%s: is refused or done in 100 ms', (_, html, data = { a: 1 }) => {
    const wish = { variables: data as Record<string, unknown>, lenient: true }
    expect(leastOfTries(() => opened({ html, shelf }).render(wish), 100)).toBeLessThan(100)
  })
})

function decoded(html: string): string {
  return html
    .replace(/&#x([0-9A-F]+);/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
