import { usage } from '../failure.ts'

/**
 * Reads one block of a YAML file whose values are plain or quoted words, also in blocks inside of
 * it; their keys come out joined by dots. Everything outside the block is passed over unread.
 * What YAML can do beyond that is refused with its line: better asked about than misread.
 *
 * @param path the keys that lead to the block
 * @returns undefined when there is no such block
 * @throws Failure naming the line
 */
export function readBlock(text: string, path: readonly string[]): Map<string, string> | undefined {
  let block: readonly Line[] | undefined = linesOf(text)
  for (const key of path) block = block && blockUnder(block, key)
  return block && flatten(block)
}

interface Line {
  readonly number: number
  readonly indent: number
  readonly text: string
}

function linesOf(text: string): Line[] {
  const lines = text.split(/\r\n|\r|\n/).map((line, i) => {
    const indent = line.length - line.trimStart().length
    return { number: i + 1, indent, text: line.trim() }
  })
  return lines.filter((line) => line.text !== '' && !/^(?:#|---$)/.test(line.text))
}

/** The lines below a key, further in than the key is. */
function blockUnder(lines: readonly Line[], key: string): readonly Line[] | undefined {
  const indent = lines[0]?.indent
  const places = lines.flatMap((line, i) =>
    line.indent === indent && splitKey(line)?.key === key ? [i] : [],
  )
  const [start, twice] = places
  if (start === undefined) return undefined
  if (twice !== undefined) throw refusal(lines[twice]!, `a second "${key}"`)
  if (splitKey(lines[start]!)?.value !== '') throw refusal(lines[start]!, 'a block on one line')
  return further(lines, start)
}

function further(lines: readonly Line[], start: number): readonly Line[] {
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => line.indent <= lines[start]!.indent)
  return end < 0 ? rest : rest.slice(0, end)
}

function flatten(lines: readonly Line[], prefix = ''): Map<string, string> {
  const values = new Map<string, string>()
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i]!
    const pair = splitKey(line)
    if (!pair || line.indent !== lines[0]!.indent) throw refusal(line, 'no "key: value"')
    if (values.has(prefix + pair.key)) throw refusal(line, `a second "${pair.key}"`)
    const inner = further(lines, i)
    if (inner.length > 0 && pair.value !== '')
      throw refusal(inner[0]!, 'more than one line of a value')
    for (const [key, value] of flatten(inner, `${prefix}${pair.key}.`)) values.set(key, value)
    if (inner.length === 0) values.set(prefix + pair.key, scalar(pair.value, line))
    i += inner.length
  }
  return values
}

const pattern = /^([\w.-]+|"[\w. -]+"|'[\w. -]+') *:(?:[ \t]+(.*))?$/

/** A value that is only a comment is none. */
function splitKey(line: Line): { key: string; value: string } | undefined {
  const [, key, value = ''] = pattern.exec(line.text) ?? []
  return key === undefined
    ? undefined
    : { key: key.replace(/^["']|["']$/g, ''), value: value.replace(/^#.*$/, '') }
}

/** A value on one line; what would be null in YAML is the empty text. */
function scalar(value: string, line: Line): string {
  const [, double, single, rest = ''] =
    /^(?:("(?:[^"\\]|\\.)*")|('(?:[^']|'')*'))(.*)$/.exec(value) ?? []
  if ((double ?? single) && !/^(?:\s+#.*|\s*)$/.test(rest))
    throw refusal(line, 'text after the quotes')
  if (double) return fromDouble(double, line)
  if (single) return single.slice(1, -1).replaceAll("''", "'")
  if (/^(?:[[\]{}&*!|>%@`"',]|[?-] )|: |:$/.test(value))
    throw refusal(line, 'a list, a reference or the like')
  const plain = value.replace(/\s+#.*$/, '')
  return /^(?:~|null|Null|NULL)$/.test(plain) ? '' : plain
}

/** YAML has more escapes than JSON; those that it has not are refused. */
function fromDouble(text: string, line: Line): string {
  try {
    return String(JSON.parse(text))
  } catch {
    throw refusal(line, 'an escape')
  }
}

function refusal({ number }: Line, what: string) {
  return usage(
    `line ${number} holds ${what}, which this import does not read: write the section as plain "key: value" lines, indented by spaces`,
  )
}
