import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Interruption, orInterrupted } from '../interruption.ts'
import { describeMachine } from '../soak/machine.ts'
import { drawn } from '../soak/random.ts'
import { printTable } from '../table.ts'
import { crashPoints, type CrashPoint } from './points.ts'
import { runTrial, type TrialResult } from './trial.ts'

const usage = `npm run crash-points -- [--repeats 20] [--only TEXT] [--out FILE]

Kills Postern at every named point on the way of an email, starts it again, and accounts for every
email. Each repeat is with other emails, and from the first to the third time the point is reached.

--only  only points whose name holds this text
--out   writes all figures as JSON`

interface Row {
  readonly name: string
  readonly results: readonly TrialResult[]
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Interruption)) throw error
  console.error(error.message)
  return 130
})

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      repeats: { type: 'string', default: '20' },
      only: { type: 'string', default: '' },
      out: { type: 'string' },
    },
  })
  const repeats = Number(values.repeats)
  const points = crashPoints.filter(({ name }) => name.includes(values.only))
  if (!(repeats > 0) || points.length === 0) {
    console.error(usage)
    return 2
  }
  const machine = describeMachine()
  const rows: Row[] = []
  for (const point of points) rows.push(await tryPoint(point, repeats))
  printTable('crash points', [
    ['point', 'crashes', 'not reached', 'acknowledged', 'extra copies', 'faults'],
    ...rows.map(cellsOf),
  ])
  if (values.out) writeFileSync(values.out, `${JSON.stringify({ machine, rows }, null, 1)}\n`)
  const faults = rows.flatMap(faultsOf)
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}

async function tryPoint(point: CrashPoint, repeats: number): Promise<Row> {
  const results: TrialResult[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    const seed = 1 + Math.floor(drawn(point.name, repeat) * 1_000_000)
    results.push(await orInterrupted(runTrial(seed, point.lives(1 + (repeat % 3)))))
  }
  return { name: point.name, results }
}

function cellsOf({ name, results }: Row): string[] {
  const sum = (count: (result: TrialResult) => number) =>
    String(results.reduce((all, result) => all + count(result), 0))
  return [
    name,
    sum(({ hit }) => Number(hit)),
    sum(({ hit }) => Number(!hit)),
    sum(({ acknowledged }) => acknowledged),
    sum(({ extra }) => extra),
    sum(({ faults }) => faults.length),
  ]
}

function faultsOf({ name, results }: Row): string[] {
  const missed = results.filter(({ hit }) => !hit).length
  const words = results.flatMap(({ faults }) => faults.map((fault) => `${name}: ${fault}`))
  return missed > 0 ? [`${name}: ${missed} times it was not reached`, ...words] : words
}
