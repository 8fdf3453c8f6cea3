import { isAbsent } from './spell.ts'

export const variableTypes = ['string', 'number', 'boolean', 'object', 'list'] as const

/** What a template wants to be given. */
export interface Variable {
  readonly key: string
  readonly type: (typeof variableTypes)[number]
  /** True unless said otherwise, or there is a fallback. */
  readonly required?: boolean
  readonly fallback?: unknown
}

/** Resend's limit. */
export const mostVariables = 50

/** Names that Resend keeps for itself. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...['FIRST_NAME', 'LAST_NAME', 'EMAIL', 'UNSUBSCRIBE_URL', 'RESEND_UNSUBSCRIBE_URL'],
  ...['contact', 'this'],
])

export const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,49}$/

export interface Given {
  readonly values: Readonly<Record<string, unknown>>
  /** Those that may be absent and are. */
  readonly optional: ReadonlySet<string>
  readonly faults: readonly { readonly variable: string; readonly rule: string }[]
}

/** What was given, with the fallbacks of what was not, and what is missing or of another type. */
export function readVariables(
  declared: readonly Variable[],
  given: Readonly<Record<string, unknown>>,
): Given {
  const fallbacks: [string, unknown][] = []
  const optional = new Set<string>()
  const faults: Given['faults'][number][] = []
  for (const { key, type, required = true, fallback } of declared) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined
    if (!isAbsent(value)) {
      if (!isOf(type, value)) faults.push({ variable: key, rule: `must be a ${type}` })
    } else if (!isAbsent(fallback)) fallbacks.push([key, fallback])
    else if (required) faults.push({ variable: key, rule: 'is missing' })
    else optional.add(key)
  }
  // What was given may be large: copied only where something is added.
  const values = fallbacks.length > 0 ? { ...given, ...Object.fromEntries(fallbacks) } : given
  return { values, optional, faults }
}

/** A number may stand where text is wanted: it is printed the same. */
function isOf(type: Variable['type'], value: unknown): boolean {
  if (type === 'list') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && !Array.isArray(value)
  if (type === 'string') return typeof value === 'string' || typeof value === 'number'
  return typeof value === type
}
