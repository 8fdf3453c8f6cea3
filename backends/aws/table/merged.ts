/**
 * What sorted sequences hold, in the order of all: they are read side by side, and only as far as the
 * caller reads.
 *
 * @param isBefore the order in which each of them is sorted
 */
export async function* merged<Value>(
  sequences: readonly AsyncGenerator<Value, void>[],
  isBefore: (one: Value, other: Value) => boolean,
): AsyncGenerator<Value, void> {
  const next = await Promise.all(sequences.map((sequence) => sequence.next()))
  for (;;) {
    let first: number | undefined
    next.forEach(({ done, value }, index) => {
      if (done) return
      if (first === undefined || isBefore(value, next[first]!.value as Value)) first = index
    })
    if (first === undefined) return
    yield next[first]!.value as Value
    next[first] = await sequences[first]!.next()
  }
}
