import { orInterrupted } from './interruption.ts'
import type { Rig, Round } from './rig.ts'
import { median, percentile, spread, whole } from './statistics.ts'
import { printTable } from './table.ts'

/** What is compared: opened again for every round, so that none inherits another's backlog. */
export interface Contestant {
  readonly name: string
  readonly open: () => Promise<Rig>
}

interface Comparison {
  readonly title: string
  /** Emails in a round. */
  readonly total: number
  /** Rounds of each; in turns, every other time backwards, as a machine drifts. */
  readonly rounds: number
  readonly contestants: readonly Contestant[]
}

/**
 * Before anything is counted, so many times the emails of a round: connections open, and V8 compiles
 * what is used often, which takes the first ten thousand emails of a service that then runs for days.
 */
const warmUp = 1.5

/** Measures all in turns and prints them, with the first as a multiple of each. */
export async function compare({ title, total, rounds, contestants }: Comparison) {
  const results = new Map(contestants.map(({ name }) => [name, [] as Round[]]))
  for (let round = 0; round < rounds; round++)
    for (const { name, open } of round % 2 === 0 ? contestants : contestants.toReversed())
      results.get(name)!.push(await measure(total, open))
  const first = rateOf(results.get(contestants[0]!.name)!)
  printTable(`${title}; rounds of ${whole(total)}: ${rounds}`, [
    [
      '',
      'emails/s: median (least-most)',
      'first is × this',
      'CPU µs/email',
      'MB',
      'p50 ms',
      'p99 ms',
    ],
    ...[...results].map(([name, all]) => rowOf(name, all, first)),
  ])
  for (const [name, all] of results)
    console.log(`- ${name}: ${all.map(({ perSecond }) => whole(perSecond)).join(' ')}`)
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

function rateOf(all: readonly Round[]): number {
  return median(all.map(({ perSecond }) => perSecond))
}

function rowOf(name: string, all: readonly Round[], first: number): string[] {
  const middle = (values: readonly (number | undefined)[], digits = 0) => {
    const known = values.filter((value) => value !== undefined)
    return known.length > 0 ? median(known).toFixed(digits) : ''
  }
  const latency = (share: number) =>
    middle(
      all.map(({ latencies }) => latencies && percentile(latencies, share)),
      2,
    )
  return [
    name,
    spread(all.map(({ perSecond }) => perSecond)),
    (first / rateOf(all)).toFixed(2),
    middle(all.map(({ cpuMicros }) => cpuMicros)),
    middle(all.map(({ rssMb }) => rssMb)),
    latency(0.5),
    latency(0.99),
  ]
}
