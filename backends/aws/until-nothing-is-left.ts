interface Persistence {
  /** How often what was left undone is asked for again before it is an error. */
  readonly rounds: number
  /** The error then. */
  readonly words: string
}

/**
 * Asks for many things at once until all are done. AWS answers 200 also when it left some of them
 * undone, under load: those are asked for again, after 50 ms doubling.
 *
 * @param work returns what was left
 * @throws Error when some are still left after all rounds
 */
export async function untilNothingIsLeft<T>(
  all: readonly T[],
  { rounds, words }: Persistence,
  work: (rest: readonly T[]) => Promise<readonly T[] | undefined>,
): Promise<void> {
  let rest = all
  for (let round = 0; rest.length > 0; round++) {
    if (round === rounds) throw new Error(words)
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** round))
    rest = (await work(rest)) ?? []
  }
}
