import type { Command } from 'commander'
import type { Stats } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern stats`. */
export function addStats(program: Command, terminal: Terminal) {
  program
    .command('stats')
    .description('show how many emails settled, and how, hour by hour')
    .option('--hours <n>', '1 to 720, the current one included (default: 24)')
    .addHelpText('after', manual)
    .action(async ({ hours }: { hours?: string }, command: Command) => {
      const path = `/v1/stats${query({ hours })}`
      answer(command, terminal, await clientOf(command, terminal).call<Stats>('GET', path), inWords)
    })
}

const manual = `
Examples:
  postern stats
  postern stats --hours 720 --json

Exit codes: 0 fine, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

/** Hours in which nothing settled are left out. */
function inWords({ hours, totals }: Stats, page: Page): string {
  const states = Object.keys(totals).sort()
  if (states.length === 0) return 'nothing settled'
  const row = (name: string, settled: Readonly<Record<string, number>>) => [
    name,
    ...states.map((state) => settled[state] ?? 0),
  ]
  const busy = hours.filter(({ settled }) => Object.keys(settled).length > 0)
  return table(
    ['HOUR', ...states.map((state) => state.toUpperCase())],
    [...busy.map(({ at, settled }) => row(at, settled)), row('all', totals)],
    page,
  )
}
