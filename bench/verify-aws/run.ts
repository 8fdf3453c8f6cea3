import type { Programs } from './cdk.ts'
import { runChecks, wordsOf, type Row } from './check.ts'
import { checks } from './checks/index.ts'
import { parametersBelow } from './parameters.ts'
import { stackOf } from './options.ts'
import { removeQueues } from './event-queue.ts'
import { isThere } from './stacks.ts'
import { stagesOf, type Site } from './stages.ts'
import type { Access, StageName, Trial, Wishes } from './trial.ts'

export interface Run extends Site, Wishes {
  /** In which all of it is made. */
  readonly account: string
  readonly record: Trial['record']
  /** For what is to be done after the run was stopped. */
  readonly cleaning: Programs
}

const both = ['staging', 'production'] as const satisfies readonly StageName[]

/** Deploys, checks and destroys, whatever goes wrong on the way. */
export async function verifyAws(run: Run): Promise<Row[]> {
  const rows: Row[] = []
  const tell = (row: Row) => {
    rows.push(row)
    run.tell(`${row.verdict}: ${row.check}: ${row.seen}`)
  }
  try {
    await Promise.race([checkAll(run, tell), rejected(run.stop)])
  } catch (error) {
    const why: unknown = run.stop.aborted ? run.stop.reason : error
    tell(failed('the run itself', 'all checks were made', wordsOf(why)))
  }
  tell(await destroyAll(run))
  return rows
}

async function checkAll(run: Run, tell: (row: Row) => void): Promise<void> {
  const stages = stagesOf(run)
  const staging = await stages.deploy('staging')
  const production = await stages.deploy('production')
  const { name, access, sender, secondRegion, record } = run
  const trial: Trial = { name, access, sender, secondRegion, staging, production, record, stages }
  await runChecks(checks, trial, tell, run.stop)
}

/** A check that waits for minutes is left alone; it begins nothing after that. */
function rejected(stop: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason as Error))
  })
}

/** Removes everything that carries the name of this run, in both Regions, and looks again. */
export async function destroyAll(run: Omit<Run, 'record'>): Promise<Row> {
  const { name, access, secondRegion, cleaning } = run
  const stages = stagesOf({ ...run, programs: cleaning })
  const ends = await Promise.allSettled([
    ...both.map((stage) => stages.destroy(stage)),
    ...(secondRegion ? [stages.destroy('staging', secondRegion)] : []),
    removeQueues(name, run.account, access),
  ])
  const troubles = ends.flatMap((end) => (end.status === 'rejected' ? [wordsOf(end.reason)] : []))
  const left = [...troubles, ...(await leftOf(name, access))]
  if (left.length > 0) return failed('destroy all', nothing, left.join('; '))
  return { check: 'destroy all', expected: nothing, seen: nothing, verdict: 'ok' }
}

const nothing = 'no stack and no parameter of this run is left'

async function leftOf(name: string, access: Access): Promise<string[]> {
  const found = await Promise.all(
    both.map(async (stage) => {
      const stack = stackOf(name, stage)
      const parameters = await parametersBelow(`/postern/${name}-${stage}`, access)
      return [...((await isThere(stack, access)) ? [stack] : []), ...parameters]
    }),
  )
  return found.flat()
}

function failed(check: string, expected: string, seen: string): Row {
  return { check, expected, seen, verdict: 'failed' }
}
