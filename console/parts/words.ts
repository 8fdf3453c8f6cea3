/** `1 email`, `2 emails`, `1,204 emails`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`
}

/** Null: it is not known. */
export function number(n: number | null): string {
  if (n === null) return '–'
  return n < 1_000 ? String(n) : n.toLocaleString('en')
}

/** A stretch of time in the largest unit that says enough: `45 s`, `12 min`, `3 h`, `2 d`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

export function bytes(n: number): string {
  if (n < 1_000) return `${n} B`
  if (n < 1_000_000) return `${(n / 1_000).toFixed(n < 10_000 ? 1 : 0)} kB`
  return `${(n / 1_000_000).toFixed(1)} MB`
}

/** `Ann <ann@example.com>`, or the half of it that there is. */
export function mailbox({ name, address }: { name?: string; address?: string }): string {
  if (name && address) return `${name} <${address}>`
  return address ?? name ?? ''
}

/** The first of several, and how many more. */
export function firstOf(items: readonly string[]): string {
  const [first = '', ...more] = items
  return more.length > 0 ? `${first} and ${more.length} more` : first
}
