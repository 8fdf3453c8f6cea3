import { resolve } from 'node:path'
import { Interruption, orInterrupted } from './interruption.ts'
import { deliveringRig, type Rig, type Round, type Traffic } from './rig.ts'
import { spread } from './statistics.ts'
import { printTable } from './table.ts'

/** Emails of a round: so few that the machine is the same for two that follow each other. */
const trials: readonly (Traffic & { readonly total: number })[] = [
  { kilobytes: 4, clients: 10, total: 1_500 },
  { kilobytes: 4, clients: 1, total: 500 },
  { kilobytes: 100, clients: 10, total: 300 },
]

/** Until V8 has compiled what is used often (see `compare.ts`), in rounds. */
const warmUp = 10

const usage = `npm run bench:against -- DIRECTORY [PAIRS]
  DIRECTORY is another checkout of Postern, its modules installed; PAIRS of rounds are 20 unless given.`

/**
 * Measures this checkout against an earlier one. Both run all the time and take turns, a round each:
 * a machine that others share is up to a quarter faster from one minute to the next, so only rounds
 * that follow each other are compared.
 */
async function against(other: string, pairs: number): Promise<void> {
  const rows = []
  for (const { total, ...traffic } of trials) {
    const open = (checkout?: string) => deliveringRig(traffic, { checkout })
    const results = [
      ...(await takeTurns([() => open(), () => open(other)], total, pairs / 2)),
      // Who is opened last is a little faster.
      ...(await takeTurns([() => open(other), () => open()], total, pairs / 2)).map(swap),
    ]
    rows.push([`${traffic.kilobytes} kB, clients: ${traffic.clients}`, ...columns(results)])
  }
  printTable(`Against ${other}; pairs of rounds: ${pairs}`, [
    ['', 'this, emails/s', 'that, emails/s', 'this is × that', 'CPU is × that'],
    ...rows,
  ])
}

type Pair = readonly [Round, Round]

async function takeTurns(
  open: readonly [() => Promise<Rig>, () => Promise<Rig>],
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

function columns(pairs: readonly Pair[]): string[] {
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

const [directory, pairs = '20'] = process.argv.slice(2)
if (directory === undefined || !(Number(pairs) >= 4)) {
  console.error(usage)
  process.exitCode = 2
} else {
  await against(resolve(directory), Number(pairs)).catch((error: unknown) => {
    if (!(error instanceof Interruption)) throw error
    console.error(error.message)
    process.exitCode = 130
  })
}
