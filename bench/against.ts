import { resolve } from 'node:path'
import { Interruption } from './interruption.ts'
import { columns, headings, inPairs } from './pairs.ts'
import { deliveringRig, type Traffic } from './rig.ts'
import { printTable } from './table.ts'

/** Emails of a round: so few that the machine is the same for two that follow each other. */
const trials: readonly (Traffic & { readonly total: number })[] = [
  { kilobytes: 4, clients: 10, total: 1_500 },
  { kilobytes: 4, clients: 1, total: 500 },
  { kilobytes: 100, clients: 10, total: 300 },
]

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
    const results = await inPairs([() => open(), () => open(other)], total, pairs)
    rows.push([`${traffic.kilobytes} kB, clients: ${traffic.clients}`, ...columns(results)])
  }
  printTable(`Against ${other}; pairs of rounds: ${pairs}`, [headings, ...rows])
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
