import { formatDate } from './format-date.ts'
import { limits } from './limits.ts'
import type { Spot } from './run.ts'
import { isAbsent, spell } from './spell.ts'

/** A function of the template language. */
interface TemplateFunction {
  /** Values that it takes. */
  readonly least: number
  readonly most: number
  /** What it costs; 1 unless given. */
  readonly steps?: number
  readonly work: (values: readonly unknown[], spot: Spot) => unknown
}

const most = 20

/** All there are: SendGrid's, which are Handlebars' own and a few more. */
const functions: Readonly<Record<string, TemplateFunction>> = {
  if: { least: 1, most: 1, work: ([value]) => isTrue(value) },
  unless: { least: 1, most: 1, work: ([value]) => !isTrue(value) },
  and: { least: 1, most, work: (values) => values.every(isTrue) },
  or: { least: 1, most, work: (values) => values.some(isTrue) },
  equals: { least: 2, most: 2, work: ([one, other]) => isEqual(one, other) },
  notEquals: { least: 2, most: 2, work: ([one, other]) => !isEqual(one, other) },
  greaterThan: { least: 2, most: 2, work: ([one, other]) => isLess(other, one) },
  lessThan: { least: 2, most: 2, work: ([one, other]) => isLess(one, other) },
  length: { least: 1, most: 1, work: ([value]) => lengthOf(value) },
  insert: { least: 1, most: 2, work: ([value, fallback]) => insert(value, fallback) },
  formatDate: { least: 2, most: 3, steps: limits.dateSteps, work: formatDate },
}

export function functionNamed(name: string): TemplateFunction | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined
}

/** As Handlebars judges: an empty list is false, and so is 0. */
export function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

/** A number equals the text that says it; what is absent equals only what is absent. */
function isEqual(one: unknown, other: unknown): boolean {
  if (isAbsent(one) || isAbsent(other)) return isAbsent(one) && isAbsent(other)
  if (typeof one === 'object' || typeof other === 'object') return one === other
  const [left, right] = [numberIn(one), numberIn(other)]
  const areNumbers = left !== undefined && right !== undefined
  return areNumbers && typeof one !== typeof other ? left === right : spell(one) === spell(other)
}

/** By number where both are numbers, else in the order of text: dates in ISO 8601 compare too. */
function isLess(one: unknown, other: unknown): boolean {
  const [left, right] = [numberIn(one), numberIn(other)]
  if (left !== undefined && right !== undefined) return left < right
  return typeof one === 'string' && typeof other === 'string' && one < other
}

function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.length > 40 || value.trim() === '') return undefined
  const read = Number(value)
  return Number.isNaN(read) ? undefined : read
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) || typeof value === 'string' ? value.length : 0
}

/** SendGrid writes the fallback as text, with or without `default=` before it. */
function insert(value: unknown, fallback: unknown = ''): unknown {
  if (!isAbsent(value) && value !== '') return value
  return typeof fallback === 'string' ? fallback.replace(/^default=/, '') : fallback
}
