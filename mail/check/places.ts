import type { Place } from './finding.ts'

/** Finds line and column of what stands at an index of a text. */
export function placesIn(text: string): (index: number) => Place {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (index) => {
    const line = lastAtMost(starts, index)
    return { line: line + 1, column: index - starts[line]! + 1 }
  }
}

/** The last of increasing numbers that is not above a limit. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [from, to] = [0, numbers.length - 1]
  while (from < to) {
    const middle = Math.ceil((from + to) / 2)
    if (numbers[middle]! <= limit) from = middle
    else to = middle - 1
  }
  return from
}
