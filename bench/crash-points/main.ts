import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Interruption, orInterrupted } from '../interruption.ts'
import { describeMachine } from '../machine.ts'
import { drawn } from '../soak/random.ts'
import { printTable } from '../table.ts'
import { proveOrder } from './order-proof.ts'
import { crashPoints, type CrashPoint } from './points.ts'
import { straceMissing, syscallPoints } from './syscalls.ts'
import { runTrial, type TrialResult } from './trial.ts'

const usage = `npm run crash-points -- [--repeats 20] [--only TEXT] [--out FILE]

Kills Postern at every named point on the way of an email and, where strace is, in the middle of its
calls to the disk; starts it again, and accounts for every email. Each repeat is with other emails, and from the first to the third time the point is reached.

--only  only points whose name holds this text, and not the order of answers
--out   writes all figures as JSON`

const hastyBuild = new URL('../soak/hasty-build.ts', import.meta.url).pathname

/** A machine that is starved may not come to the point: so often a repeat is made at most. */
const mostTries = 3

interface Row {
  readonly name: string
  readonly results: readonly TrialResult[]
  /** Repeats that never came to the point. */
  readonly missed: number
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
  const missing = straceMissing()
  const points = [...crashPoints, ...(missing ? [] : syscallPoints)].filter(({ name }) =>
    name.includes(values.only),
  )
  if (!(repeats > 0) || points.length === 0) {
    console.error(usage)
    return 2
  }
  const machine = describeMachine()
  const rows: Row[] = []
  for (const point of points) rows.push(await tryPoint(point, repeats))
  if (missing) console.log(`The calls of the system are not in the table: ${missing}`)
  printTable('crash points', [
    ['point', 'crashes', 'not reached', 'acknowledged', 'extra copies', 'faults'],
    ...rows.map(cellsOf),
  ])
  const order = missing || values.only ? undefined : await orderOfAnswers()
  if (values.out)
    writeFileSync(values.out, `${JSON.stringify({ machine, rows, order }, null, 1)}\n`)
  const faults = [...rows.flatMap(faultsOf), ...(order?.faults ?? [])]
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}

/** Whether any answer leaves before its sync; and that a build where they all do is found out. */
async function orderOfAnswers() {
  const sound = await orInterrupted(proveOrder(200))
  const broken = await orInterrupted(proveOrder(60, hastyBuild))
  printTable('order of calls: every yes after the sync of what it promises', [
    ['', 'answers', 'too soon'],
    ['Postern', String(sound.answers), String(sound.tooSoon.length)],
    ['answering before it commits', String(broken.answers), String(broken.tooSoon.length)],
  ])
  const faults = sound.tooSoon.map((id) => `answered before it was on disk: ${id}`)
  if (broken.tooSoon.length === 0) faults.push('the broken build was not found out')
  return { sound, broken, faults }
}

async function tryPoint(point: CrashPoint, repeats: number): Promise<Row> {
  const results: TrialResult[] = []
  let missed = 0
  for (let repeat = 0; repeat < repeats; repeat++) {
    const tries = await tryUntilHit(point, repeat)
    results.push(...tries)
    if (!tries.at(-1)!.hit) missed += 1
  }
  return { name: point.name, results, missed }
}

/** The tries of one repeat, each with other emails; the last one came to the point, if any did. */
async function tryUntilHit(point: CrashPoint, repeat: number): Promise<TrialResult[]> {
  const tries: TrialResult[] = []
  while (tries.length < mostTries && !tries.at(-1)?.hit) {
    const seed = 1 + Math.floor(drawn(point.name, repeat, tries.length) * 1_000_000)
    tries.push(await orInterrupted(runTrial(seed, point.lives(1 + (repeat % 3), repeat))))
  }
  return tries
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

function faultsOf({ name, results, missed }: Row): string[] {
  const words = results.flatMap(({ faults }) => faults.map((fault) => `${name}: ${fault}`))
  return missed > 0 ? [`${name}: ${missed} times it was not reached`, ...words] : words
}
