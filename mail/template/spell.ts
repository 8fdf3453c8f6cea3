export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/** A value as it is printed; lists with commas, objects as JavaScript has them. */
export function spell(value: unknown): string {
  if (typeof value === 'string') return value
  if (isAbsent(value)) return ''
  if (Array.isArray(value)) return spellList(value)
  const isPlain = typeof value === 'number' || typeof value === 'boolean'
  return isPlain ? String(value) : '[object Object]'
}

/** Only what could be printed at all is spelled: a list may have millions, or itself inside. */
function spellList(list: readonly unknown[]): string {
  const flat = list.slice(0, mostSpelled).map((one) => (Array.isArray(one) ? '' : spell(one)))
  return flat.join(',')
}

const mostSpelled = 10_000
