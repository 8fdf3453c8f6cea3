import { median, whole } from '../statistics.ts'
import { printTable } from '../table.ts'
import { faultKinds, faultWords, type FaultKind } from './reconcile.ts'
import type { SoakRun } from './soak.ts'
import { tellingFaults, tellingFaultWords } from './telling.ts'

/** Prints what each run came to, one column a run. */
export function printRuns(title: string, runs: readonly SoakRun[]): void {
  if (runs.length === 0) return
  const row = (name: string, cell: (run: SoakRun) => string | number) => [
    name,
    ...runs.map((run) => {
      const value = cell(run)
      return typeof value === 'number' ? whole(value) : value
    }),
  ]
  printTable(title, [
    row('seed', ({ plan }) => String(plan.seed)),
    row('kills', ({ kills }) => kills),
    row('  while starting', ({ killsAtStart }) => killsAtStart),
    row('emails tried', ({ account }) => account.tried),
    row('emails acknowledged', ({ account }) => account.acknowledged),
    row('copies wanted by those', ({ account }) => account.wanted),
    row('copies delivered', ({ account }) => account.copies),
    row('refused for good', ({ account }) => account.refused),
    row('delivered, never acknowledged', ({ account }) => account.unacknowledged),
    row('extra copies, forced by the sink', ({ account }) => account.extra.forced),
    row('extra copies, from kills', ({ account }) => account.extra.byKill),
    row('  most emails of one kill', ({ account }) => account.mostByOneKill),
    row('  answered before it, ms: median', ({ account }) => middle(account.beforeKillMs)),
    row('    most', ({ account }) => Math.max(0, ...account.beforeKillMs)),
    row('ambiguous attempts on record', ({ account }) => account.ambiguous),
    row('held in doubt at the end', ({ account }) => account.held),
    row('most copies for one recipient', ({ account }) => account.mostCopies),
    ...Object.keys(faultKinds).map((kind) =>
      row(kind, ({ account }) => account.faults[kind as FaultKind].length),
    ),
    row('events', ({ telling }) => telling.events),
    row('  told to a webhook', ({ telling }) => telling.deliveries),
    row('  refused or cut off by it', ({ telling }) => telling.refused),
    row('  told again after a kill', ({ telling }) => telling.extra),
    row('    most by one kill', ({ telling }) => telling.mostByOneKill),
    ...Object.keys(tellingFaults).map((kind) =>
      row(kind, ({ telling }) => telling.faults[kind as keyof typeof tellingFaults].length),
    ),
    row('integrity of the database', ({ integrity }) => integrity),
    row('start, ms: median', ({ startMs }) => middle(startMs)),
    row('  most', ({ startMs }) => Math.max(0, ...startMs)),
    row('most memory, MB', ({ mostMegabytes }) => mostMegabytes),
    row('emptying the queue, s', ({ drainSeconds }) => drainSeconds),
  ])
}

function middle(values: readonly number[]): number | string {
  return values.length > 0 ? median(values) : 'none'
}

/** What is wrong with a run, in words; nothing when it is as promised. */
export function verdictOf({ plan, account, telling, isQuiet, integrity }: SoakRun): string[] {
  const words = [...faultWords(account), ...tellingFaultWords(telling)]
  if (account.acknowledged === 0) words.push('nothing was acknowledged')
  if (!isQuiet) words.push('the queue did not empty')
  if (integrity !== 'ok') words.push(`the database is not whole: ${integrity}`)
  return words.map((text) => `seed ${plan.seed}: ${text}`)
}
