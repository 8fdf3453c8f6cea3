import type { Json, Schema } from './answers.ts'
import { textOf } from './layers.ts'

/** One setting to fill in. */
export interface Setting {
  readonly path: string
  readonly schema: Schema
  readonly kind: Kind
  /** Whether it may be nothing at all. */
  readonly nullable: boolean
  readonly default: Json | undefined
}

export type Kind = 'choice' | 'flag' | 'number' | 'text' | 'long text' | 'list' | 'pairs'

/** Texts that may be longer than this get a box of several lines. */
const longText = 4_000

/** Every setting, in the order of the schema. */
export function settingsOf(schema: Schema, path = ''): Setting[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([key, below]) =>
      settingsOf(below, path === '' ? key : `${path}.${key}`),
    )
  const options = schema.anyOf ?? [schema]
  const nullable = options.some((option) => typesOf(option).includes('null'))
  const [first = {}] = options.filter(({ type }) => type !== 'null')
  const merged = { ...first, description: schema.description ?? first.description }
  return [{ path, schema: merged, kind: kindOf(first), nullable, default: schema.default }]
}

/** Postern writes an optional text as `["string", "null"]` where it changes what it is given. */
function typesOf({ type }: Schema): readonly string[] {
  return [type ?? []].flat()
}

function kindOf(schema: Schema): Kind {
  const { enum: choices, maxLength = 0 } = schema
  const is = (...types: string[]) => types.some((type) => typesOf(schema).includes(type))
  if (choices) return 'choice'
  if (is('boolean')) return 'flag'
  if (is('number', 'integer')) return 'number'
  if (is('array')) return 'list'
  if (is('object')) return 'pairs'
  return maxLength > longText ? 'long text' : 'text'
}

/** What is allowed, in words; what only Postern can check is left to it. */
export function ruleOf({ schema, nullable, kind }: Setting): string {
  const { minimum, maximum, exclusiveMinimum, maxLength, maxItems, type } = schema
  const whole = type === 'integer' ? 'A whole number' : 'A number'
  const parts = [
    kind === 'number' && `${whole}${range(minimum, maximum, exclusiveMinimum)}`,
    maxLength !== undefined && maxLength < longText && `At most ${maxLength} characters`,
    maxItems !== undefined && `At most ${maxItems.toLocaleString('en')}, one per line`,
    nullable && !schema.description?.includes('`null`') && 'May be left empty',
  ]
  return parts.filter(Boolean).join('. ')
}

function range(least?: number, most?: number, above?: number): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`
  if (above !== undefined && most !== undefined) return ` above ${above}, at most ${most}`
  return ''
}

/** What the schema alone can say is wrong with a value. */
export function faultIn({ schema, nullable, kind }: Setting, value: Json | undefined) {
  if (value === undefined || (value === null && nullable)) return undefined
  if (kind === 'number') return numberFault(schema, value)
  if (typeof value !== 'string') return undefined
  const { maxLength = Infinity, pattern, enum: choices } = schema
  if (choices && !choices.includes(value)) return `One of ${choices.map(textOf).join(', ')}`
  if (value.length > maxLength) return `At most ${maxLength} characters, these are ${value.length}`
  if (pattern && !new RegExp(pattern, 'u').test(value))
    return 'This has characters that are not allowed here'
  return undefined
}

function numberFault(schema: Schema, value: Json): string | undefined {
  const { minimum, maximum, exclusiveMinimum, type } = schema
  if (typeof value !== 'number') return 'This is not a number'
  if (type === 'integer' && !Number.isInteger(value)) return 'This is not a whole number'
  const isOut =
    value < (minimum ?? -Infinity) ||
    value > (maximum ?? Infinity) ||
    value <= (exclusiveMinimum ?? -Infinity)
  return isOut ? `This is not${range(minimum, maximum, exclusiveMinimum)}` : undefined
}
