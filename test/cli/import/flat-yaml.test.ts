import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBlock } from '../../../cli/import/flat-yaml.ts'

const path = ['app', 'mailer']

function block(...lines: readonly string[]): string {
  return ['app:', '  mailer:', ...lines.map((line) => `    ${line}`)].join('\n')
}

describe('a block of a YAML file', () => {
  it.each([
    ['key: plain words', 'plain words'],
    ['key: 587 # submission: the usual one', '587'],
    ['key: a#b', 'a#b'],
    [`key: 'it''s' # quoted`, `it's`],
    ['key: "tab\\t \\"q\\" # \\u00e4"', 'tab\t "q" # ä'],
    ['key: ~', ''],
    ['key: null', ''],
    ['key:', ''],
    ['key: # nothing', ''],
    ['"key": x', 'x'],
    ['key: http://a.test:80/', 'http://a.test:80/'],
  ])('reads %s', (line, value) => {
    expect(readBlock(block(line), path)).toEqual(new Map([['key', value]]))
  })

  it('takes a line separator in quotes for a character like any other', () => {
    const text = '\u2028x\u2029'
    expect(readBlock(block(`a: ${JSON.stringify(text)}`), path)!.get('a')).toBe(text)
  })

  it('reads back whatever was quoted', () => {
    const key = fc.stringMatching(/^[a-z_]{1,8}$/)
    const value = fc.string({ unit: 'grapheme', maxLength: 20 })
    const single = value.filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text))
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.tuple(value, single), { noNullPrototype: true }),
        (values) => {
          const pairs = Object.entries(values)
          const lines = pairs.flatMap(([name, [double, quoted]]) => [
            `${name}: ${JSON.stringify(double)}  # comment`,
            `'${name}-1': '${quoted.replaceAll("'", "''")}'`,
          ])
          const expected = pairs.flatMap(([name, [double, quoted]]) => [
            [name, double],
            [`${name}-1`, quoted],
          ])
          expect([...readBlock(block(...lines), path)!]).toEqual(expected)
        },
      ),
    )
  })

  it('joins the keys of inner blocks by dots and ends where the indentation does', () => {
    const text =
      'a: 1\napp:\n mailer:\n   headers:\n     from: x\n   port: 25\n other:\n   port: 1\nb: [1,\n2]\n'
    expect(readBlock(text, path)).toEqual(
      new Map([
        ['headers.from', 'x'],
        ['port', '25'],
      ]),
    )
  })

  it('is not found in the text of another value', () => {
    expect(readBlock('app:\n  body: |\n    mailer:\n      smtp_host: x\n', path)).toBeUndefined()
  })

  it.each([
    ['a list', 'key: [a, b]'],
    ['a list on lines', 'key:', '  - a'],
    ['an object', 'key: {a: b}'],
    ['an anchor', 'key: &a b'],
    ['a reference', 'key: *a'],
    ['a tag', 'key: !!str 1'],
    ['a text block', 'key: |', '  a'],
    ['a folded text', 'key: >', '  a'],
    ['a value on two lines', 'key: a', '  b'],
    ['a merge', '<<: *defaults'],
    ['a quote that does not end', 'key: "a'],
    ['text after a quote', 'key: "a" b'],
    ['an escape that JSON has not', 'key: "\\x41"'],
    ['a mapping in a value', 'key: a: b'],
    ['a key twice', 'key: a', 'key: b'],
    ['a block twice', 'key:', '  a: b', 'key:', '  a: c'],
    ['a tab', 'key: a', '\tb: c'],
    ['uneven indentation', 'key: a', ' b: c'],
  ])('is refused with its line for %s', (_, ...lines) => {
    expect(() => readBlock(block(...lines), path)).toThrow(/^line [345] holds /)
  })

  it.each([
    ['app: {mailer: {smtp_host: x}}', 'line 1'],
    ['app:\n  mailer: &m\n    a: b', 'line 2'],
    ['app:\n  a: b\napp:\n  mailer:\n    a: b', 'line 3'],
  ])('is refused in %j', (text, place) => {
    expect(() => readBlock(text, path)).toThrow(place)
  })

  it('quotes no value when it refuses', () => {
    const text = block('password: "hunter2', 'other: {secret: hunter2}')
    expect(() => readBlock(text, path)).toThrow(/^((?!hunter2).)*$/s)
  })
})
