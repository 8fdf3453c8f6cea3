import type { Refusal } from './errors.ts'

interface Most {
  readonly ofOne: number
  readonly inAll: number
}

/**
 * Gives out places for what lasts, such as streams.
 *
 * @param most how many of one caller there may be at a time, and of all
 * @param full what is thrown when there is no place
 * @returns what takes a place for a caller and says how to leave it, once
 */
export function places({ ofOne, inAll }: Most, full: Refusal): (owner: string) => () => void {
  const taken = new Map<string, number>()
  let all = 0

  function change(owner: string, by: number) {
    const left = (taken.get(owner) ?? 0) + by
    all += by
    if (left > 0) taken.set(owner, left)
    else taken.delete(owner)
  }

  return (owner) => {
    if (all >= inAll || (taken.get(owner) ?? 0) >= ofOne) throw full
    change(owner, 1)
    return () => change(owner, -1)
  }
}
