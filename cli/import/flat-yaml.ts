import { usage } from '../../machine/failure.ts'

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

/** Only spaces indent (YAML 1.2.2 section 6.1): after a tab nothing here reads as a key. */
function linesOf(text: string): Line[] {
  const lines = text.split(/\r\n|\r|\n/).map((line, i) => {
    const rest = line.replace(/^ +/, '')
    return { number: i + 1, indent: line.length - rest.length, text: rest.trimEnd() }
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
  let end = start + 1
  while (end < lines.length && lines[end]!.indent > lines[start]!.indent) end += 1
  return lines.slice(start + 1, end)
}

function flatten(lines: readonly Line[]): Map<string, string> {
  const values = new Map<string, string>()
  const seen = new Set<string>()
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i]!
    const { key, value } = keyOf(line, lines[0]!.indent)
    if (seen.has(key)) throw refusal(line, `a second "${key}"`)
    seen.add(key)
    const inner = further(lines, i)
    if (inner.length === 0) values.set(key, scalar(value, line))
    else if (value === '') for (const [k, v] of flatten(inner)) values.set(`${key}.${k}`, v)
    else throw refusal(inner[0]!, 'more than one line of a value')
    i += inner.length
  }
  return values
}

function keyOf(line: Line, indent: number) {
  const pair = splitKey(line)
  if (!pair || line.indent !== indent) throw refusal(line, 'no "key: value"')
  return pair
}

/** With `s`: U+2028 ends no line (YAML 1.2.2 section 5.4). */
const pattern = /^([\w.-]+|"[\w. -]+"|'[\w. -]+') *:(?:[ \t]+(.*))?$/s

/** A value that is only a comment is none. */
function splitKey(line: Line): { key: string; value: string } | undefined {
  const [, key, value = ''] = pattern.exec(line.text) ?? []
  return key === undefined
    ? undefined
    : { key: key.replace(/^["']|["']$/g, ''), value: value.replace(/^#.*$/s, '') }
}

/** A value on one line; what would be null in YAML is the empty text. */
function scalar(value: string, line: Line): string {
  const [, double, single, rest = ''] =
    /^(?:("(?:[^"\\]|\\.)*")|('(?:[^']|'')*'))(.*)$/s.exec(value) ?? []
  if ((double ?? single) && !/^(?:\s+#.*|\s*)$/.test(rest))
    throw refusal(line, 'text after the quotes')
  if (double) return fromDouble(double, line)
  if (single) return single.slice(1, -1).replaceAll("''", "'")
  const plain = value.replace(/\s#.*$/s, '').trimEnd()
  if (/^(?:[[\]{}&*!|>%@`"',]|[?-] )|: |:$/.test(plain))
    throw refusal(line, 'a list, a reference or the like')
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
