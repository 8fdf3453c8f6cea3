import { orInterrupted } from './interruption.ts'
import type { Rig, Round } from './rig.ts'
import { spread } from './statistics.ts'

/** Until V8 has compiled what is used often (see `compare.ts`), in rounds. */
const warmUp = 10

/** Rounds of two that follow each other. */
type Pair = readonly [Round, Round]

type Open = () => Promise<Rig>

/** So many pairs of rounds of two that both run all the time, in turns. */
export async function inPairs([one, other]: readonly [Open, Open], total: number, pairs: number) {
  return [
    ...(await takeTurns([one, other], total, pairs / 2)),
    // Who is opened last is a little faster.
    ...(await takeTurns([other, one], total, pairs / 2)).map(swap),
  ]
}

export const headings = ['', 'this, emails/s', 'that, emails/s', 'this is × that', 'CPU is × that']

async function takeTurns(
  open: readonly [Open, Open],
  total: number,
  pairs: number,
): Promise<Pair[]> {
  const rigs: Rig[] = []
  try {
    for (const each of open) rigs.push(await each())
    const [a, b] = rigs as [Rig, Rig]
    for (const rig of rigs) await orInterrupted(rig.round(total * warmUp))
    const results: Pair[] = []
    while (results.length < pairs) {
      const first = await orInterrupted(a.round(total))
      results.push([first, await orInterrupted(b.round(total))])
      const second = await orInterrupted(b.round(total))
      results.push([await orInterrupted(a.round(total)), second])
    }
    return results
  } finally {
    for (const rig of rigs) await rig.close()
  }
}

function swap([a, b]: Pair): Pair {
  return [b, a]
}

/** The columns of `headings` after the first. */
export function columns(pairs: readonly Pair[]): string[] {
  const rates = (side: 0 | 1) => spread(pairs.map((pair) => pair[side].perSecond))
  const ratio = (figure: (round: Round) => number) =>
    geometricMean(pairs.map(([a, b]) => figure(a) / figure(b))).toFixed(2)
  return [rates(0), rates(1), ratio((r) => r.perSecond), ratio((r) => r.cpuMicros ?? NaN)]
}

/** Of the middle half: single rounds that something else disturbed say nothing. */
function geometricMean(ratios: readonly number[]): number {
  const quarter = Math.floor(ratios.length / 4)
  const middle = ratios.toSorted((a, b) => a - b).slice(quarter, ratios.length - quarter)
  return Math.exp(middle.reduce((sum, one) => sum + Math.log(one), 0) / middle.length)
}
