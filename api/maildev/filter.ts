/**
 * Whether an email has each value that is asked for, by paths such as `subject`, `from.address` or
 * `headers.x-own`; of a list one is enough.
 */
export function isWanted(email: object, wanted: Readonly<Record<string, string>>): boolean {
  const paths = Object.entries(wanted).filter(([path]) => !notPaths.includes(path))
  return paths.every(([path, value]) => valuesAt(email, path.split('.')).includes(value))
}

/** MailDev's, which the order here is, and ours for waiting. */
const notPaths = ['sort', 'wait', 'count', 'since']

function valuesAt(value: unknown, [name, ...rest]: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, [name ?? '', ...rest]))
  if (name === undefined || name === '') return [String(value)]
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  return valuesAt((value as Record<string, unknown>)[name], rest)
}
