import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Interruption } from '../interruption.ts'
import { describeMachine } from '../machine.ts'
import { printRuns, verdictOf } from './report.ts'
import { soak, type SoakPlan, type SoakRun } from './soak.ts'

const usage = `npm run soak -- [--quick] [--seeds 1,2,3] [--minutes 13] [--rate 100] [--out FILE]

Kills Postern again and again while emails go through it, and accounts for every one of them.
Afterwards the same with a build that answers before it commits, which must be caught losing.

--quick    one seed, two minutes, 50 kills: what a change has to pass
--seeds    one run each: which emails, which faults, when it is killed
--minutes  how long each run produces and kills; emptying the queue comes on top
--rate     emails a second
--only     "sound" or "broken": one of the two halves
--out      writes all figures as JSON`

/** Three runs of it make more than 300 kills and 100,000 emails, in about an hour. */
const full: Omit<SoakPlan, 'seed'> = {
  seconds: 780,
  calmSeconds: 0,
  perSecond: 100,
  longestLifeMs: 10_000,
  leastKills: 100,
  faultTimes: 1,
  sinkDelayMs: 20,
  down: { everySeconds: 240, seconds: 30 },
  patienceSeconds: 180,
  untilNoJobs: true,
}

/** Shorter lives, and more faults in less time. */
const quick: Omit<SoakPlan, 'seed'> = {
  seconds: 85,
  calmSeconds: 45,
  perSecond: 60,
  longestLifeMs: 1_600,
  leastKills: 50,
  faultTimes: 2,
  sinkDelayMs: 20,
  down: { everySeconds: 20, seconds: 3 },
  patienceSeconds: 90,
  untilNoJobs: false,
}

/** Few kills are enough to catch it, when it is sending many. */
const broken: Omit<SoakPlan, 'seed'> = {
  ...quick,
  seconds: 15,
  calmSeconds: 0,
  faultTimes: 0,
  sinkDelayMs: 250,
  down: { everySeconds: Infinity, seconds: 0 },
  leastKills: 10,
  patienceSeconds: 5,
  preload: new URL('./hasty-build.ts', import.meta.url).pathname,
}

/** Whether a kill comes in the moments that count is chance, the more so on a busy machine. */
const mostBrokenRuns = 3

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof Interruption)) throw error
  console.error(error.message)
  return 130
})

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words)
  if (!options) return 2
  const { seeds, only, out, ...plan } = options
  const machine = describeMachine()
  const sound: SoakRun[] = []
  for (const seed of only === 'broken' ? [] : seeds) sound.push(await soak({ seed, ...plan }))
  const caught = only === 'sound' ? [] : await untilCaught(seeds[0]!)
  printRuns('Postern, killed', sound)
  printRuns('a build that answers before it commits, killed', caught)
  if (out) writeFileSync(out, `${JSON.stringify({ machine, sound, broken: caught }, null, 1)}\n`)
  const faults = sound.flatMap(verdictOf)
  if (caught.length > 0 && !caught.some(isCaught))
    faults.push('the broken build was not caught losing mail: these figures prove nothing')
  for (const fault of faults) console.error(fault)
  return faults.length > 0 ? 1 : 0
}

async function untilCaught(seed: number): Promise<SoakRun[]> {
  const runs: SoakRun[] = []
  while (runs.length < mostBrokenRuns && !runs.some(isCaught))
    runs.push(await soak({ ...broken, seed: seed + runs.length }))
  return runs
}

function isCaught({ account }: SoakRun): boolean {
  return account.faults.lost.length > 0
}

function readOptions(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        quick: { type: 'boolean' },
        seeds: { type: 'string' },
        minutes: { type: 'string' },
        rate: { type: 'string' },
        only: { type: 'string' },
        out: { type: 'string' },
      },
    })
    const plan = values.quick ? quick : full
    const seeds = (values.seeds ?? (values.quick ? '1' : '1,2,3')).split(',').map(Number)
    const seconds = values.minutes ? Number(values.minutes) * 60 : plan.seconds
    const perSecond = values.rate ? Number(values.rate) : plan.perSecond
    const isRight = [...seeds, seconds, perSecond].every((value) => value > 0)
    if (!isRight || !['sound', 'broken', undefined].includes(values.only)) throw new Error(usage)
    return { ...plan, seeds, seconds, perSecond, only: values.only, out: values.out }
  } catch (error) {
    console.error(
      (error as Error).message === usage ? usage : `${(error as Error).message}\n${usage}`,
    )
    return undefined
  }
}
