import type { Entry } from './server.ts'

/**
 * Reads lines of `key=value`, as Java properties and as the variables of a Docker env file: a name
 * all in capitals means a variable, whose value stands there as it is. Comments and blank lines
 * are passed over; so is a line without a value.
 */
export function readProperties(text: string): Entry[] {
  return logicalLines(text).flatMap((line) => variableIn(line) ?? propertyIn(line) ?? [])
}

/** Properties go on after a backslash at the end of the line (java.util.Properties). */
function logicalLines(text: string): string[] {
  const lines: string[][] = [[]]
  for (const line of text.split(/\r\n|\r|\n/)) {
    const part = line.trimStart()
    const current = lines.at(-1)!
    const goesOn = openEnd.test(part) && (current.length > 0 || !variable.test(part))
    current.push(goesOn ? part.slice(0, -1) : part)
    if (!goesOn) lines.push([])
  }
  return lines.map((parts) => parts.join('')).filter((line) => line !== '' && !/^[#!]/.test(line))
}

/** An odd number of backslashes. */
const openEnd = /(?<!\\)(?:\\\\)*\\$/

/** A capital of any script: one in disguise is still meant as one. */
const variable = /^(?:export )?([\p{Lu}_][\p{Lu}\p{N}_]*)=(.*)$/su

function variableIn(line: string): Entry | undefined {
  const [, key, value] = variable.exec(line) ?? []
  return key === undefined || value === undefined ? undefined : { key, value: value.trim() }
}

const property = /^((?:\\.|[^\\\s=:])+)(?:\s*[=:]\s*|\s+)(.*)$/s

function propertyIn(line: string): Entry | undefined {
  const [, key, value] = property.exec(line) ?? []
  if (key === undefined || value === undefined) return undefined
  return { key: unescape(key), value: unescape(value).trim() }
}

const named = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
])

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, char?: string) =>
    code ? String.fromCharCode(parseInt(code, 16)) : (named.get(char!) ?? char!),
  )
}
