import * as z from 'zod'
import { checkHeader, ownerOf, type HeaderTexts } from '../email/headers.ts'
import { isAbsent } from './absent.ts'

/** Counted before any of them is looked at. */
const mostHeaders = 50

/**
 * The headers of an email as JSON brings them: texts by name. Numbers and booleans are text, a list
 * of texts is one with commas (django-anymail's tags), what is empty is left out, and a list without
 * anything is what PHP makes of an object without anything.
 */
export const headerTexts = z.preprocess(
  (given) => (isObject(given) ? textsOf(given) : isEmptyList(given) ? {} : given),
  z.record(z.string(), z.string()).superRefine((texts, context) => {
    for (const { path, message } of headerFaults(texts))
      context.addIssue({ code: 'custom', path, message })
  }),
)

/** Every rule that a set of headers breaks, with the name of the header. */
export function headerFaults(texts: HeaderTexts): { path: string[]; message: string }[] {
  const names = Object.keys(texts)
  if (names.length > mostHeaders) return [{ path: [], message: `at most ${mostHeaders} headers` }]
  const faults = names.flatMap((name) => {
    // Those are taken out of the set, or compared with the field that they repeat.
    const message = ownerOf(name) ? undefined : checkHeader(name, texts[name]!)
    return message ? [{ path: [name.slice(0, 100)], message }] : []
  })
  const isTwice = new Set(names.map((name) => name.toLowerCase())).size < names.length
  return isTwice ? [...faults, { path: [], message: 'a header is named twice' }] : faults
}

function textsOf(given: object): Record<string, unknown> {
  const texts = Object.entries(given).map(([name, value]) => [name, textOf(value)] as const)
  return Object.fromEntries(texts.filter(([, value]) => !isAbsent(value)))
}

function textOf(value: unknown): unknown {
  if (typeof value === 'string') return withoutBlanks(unfolded(value))
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const isTexts = Array.isArray(value) && value.every((one) => typeof one === 'string')
  return isTexts ? value.join(', ') : value
}

/** Symfony and Laravel give long values as they stand in a header: folded (RFC 5322 section 2.2.3). */
function unfolded(text: string): string {
  return text.replace(/\r?\n[ \t]+/g, ' ')
}

/** Around it. By hand: an expression takes time by the square of the blanks within. */
function withoutBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
