/**
 * Whether a value stands for nothing. PHP, Go and forms send one of these for what was left open,
 * and the vendors take each of them so.
 */
export function isAbsent(value: unknown): boolean {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  return value === undefined || value === null || only === ''
}

/**
 * An object without the fields that stand for nothing.
 *
 * @param meant the fields in which an empty text means something
 */
export function presentFields(
  fields: object,
  meant: readonly string[] = [],
): Record<string, unknown> {
  const isMeant = (name: string, value: unknown) => value === '' && meant.includes(name)
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => isMeant(name, value) || !isAbsent(value)),
  )
}
