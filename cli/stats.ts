import type { Command } from 'commander'
import type { Stats } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'
import { shown, watchOption } from './watch.ts'

/** `postern stats`. */
export function addStats(program: Command, terminal: Terminal) {
  program
    .command('stats')
    .description('show by the hour how many emails settled, and what was told of recipients later')
    .option('--hours <n>', '1 to 720, the current one included (default: 24)')
    .option(...watchOption)
    .addHelpText('after', manual)
    .action(async ({ hours, watch }: { hours?: string; watch?: boolean }, command: Command) => {
      const client = clientOf(command, terminal)
      const ask = () => client.call<Stats>('GET', `/v1/stats${query({ hours })}`)
      await shown(watch, terminal, async () => answer(command, terminal, await ask(), inWords))
    })
}

const manual = `
Examples:
  postern stats
  postern stats --hours 720 --json

Exit codes: 0 fine, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

/** Hours in which nothing settled or was told are left out. */
function inWords({ hours, totals, told }: Stats, page: Page): string {
  const kinds = [...Object.keys(totals), ...Object.keys(told)].sort()
  if (kinds.length === 0) return 'nothing settled'
  const row = (name: string, counts: Readonly<Record<string, number>>) => [
    name,
    ...kinds.map((kind) => counts[kind] ?? 0),
  ]
  const busy = hours.filter(({ settled, told }) => Object.keys({ ...settled, ...told }).length > 0)
  return table(
    ['HOUR', ...kinds.map((kind) => kind.replace('email.', '').toUpperCase())],
    [
      ...busy.map(({ at, settled, told }) => row(at, { ...settled, ...told })),
      row('all', { ...totals, ...told }),
    ],
    page,
  )
}
