/** The middle value; of an even number of values the upper one of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** @param share 0 to below 1 */
export function percentile(values: readonly number[], share: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]
  if (value === undefined) throw new RangeError('there is nothing to take a percentile of')
  return value
}

/** `median (least-most)`, whole numbers. */
export function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return `${whole(median(values))} (${whole(least)}-${whole(most)})`
}

/** `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
