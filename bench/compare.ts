import { orInterrupted } from './interruption.ts'
import type { Rig, Round } from './rig.ts'
import { median, spread, whole } from './statistics.ts'
import { printTable } from './table.ts'

/** What is compared: opened anew for every round, so that none inherits another's backlog. */
export interface Contestant {
  readonly name: string
  readonly open: () => Promise<Rig>
}

/** Rounds of each contestant; in turns, every other time backwards, as a machine drifts. */
const rounds = 3

/** Before anything is counted, this share of the emails: code gets compiled, connections open. */
const warmUp = 1 / 3

/** Measures all in turns and prints them, with the first as a multiple of each. */
export async function compare(title: string, total: number, contestants: readonly Contestant[]) {
  const results = new Map(contestants.map(({ name }) => [name, [] as Round[]]))
  for (let round = 0; round < rounds; round++)
    for (const { name, open } of round % 2 === 0 ? contestants : contestants.toReversed())
      results.get(name)!.push(await measure(total, open))
  const first = rateOf(results.get(contestants[0]!.name)!)
  printTable(`${title}: ${rounds} rounds of ${whole(total)}, median (least-most)`, [
    ['', 'emails/s', 'first is × this', 'CPU µs/email', 'p50 ms', 'p99 ms'],
    ...[...results].map(([name, all]) => rowOf(name, all, first)),
  ])
  return results
}

/** One contestant, once; closed whatever happens, an interruption too. */
export async function measure(total: number, open: () => Promise<Rig>): Promise<Round> {
  const rig = await open()
  try {
    await orInterrupted(rig.round(Math.ceil(total * warmUp)))
    return await orInterrupted(rig.round(total))
  } finally {
    await rig.close()
  }
}

export function rateOf(all: readonly Round[]): number {
  return median(all.map(({ perSecond }) => perSecond))
}

function rowOf(name: string, all: readonly Round[], first: number): string[] {
  const middle = (key: 'cpuMicros' | 'p50' | 'p99', digits: number) => {
    const values = all.flatMap((round) => round[key] ?? [])
    return values.length > 0 ? median(values).toFixed(digits) : ''
  }
  const rate = spread(all.map(({ perSecond }) => perSecond))
  const ratio = (first / rateOf(all)).toFixed(2)
  return [name, rate, ratio, middle('cpuMicros', 0), middle('p50', 2), middle('p99', 2)]
}
