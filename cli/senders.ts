import type { Command } from 'commander'
import type { List, SenderItem } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf } from './client.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'
import { shown, watchOption } from './watch.ts'

/** `postern senders`. */
export function addSenders(program: Command, terminal: Terminal) {
  const senders = program
    .command('senders')
    .description('show how many recipients of each sender domain bounce and complain')
    .option(...watchOption)
    .addHelpText('after', manual)
    .action(async ({ watch }: { watch?: boolean }, command: Command) => {
      const client = clientOf(command, terminal)
      const ask = () => client.call<List<SenderItem>>('GET', '/v1/senders')
      await shown(watch, terminal, async () => answer(command, terminal, await ask(), inWords))
    })
  senders
    .command('resume <domain>')
    .description('let bulk email from a domain go on that was held back')
    .action(async (domain: string, _options, command: Command) => {
      const client = clientOf(command, terminal)
      const resumed = await client.call<object>('POST', '/v1/senders/resume', { domain })
      answer(command, terminal, resumed, () => `bulk email from ${domain} goes on`)
    })
}

const manual = `
Examples:
  postern senders
  postern senders resume news.example.com
  postern --project shop senders resume shop.example.com

Rates are those of what was sent within the last three days (guardian.windowHours). What was sent
before it was resumed no longer counts.

Exit codes: 0 fine, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

function inWords({ data }: List<SenderItem>, page: Page): string {
  if (data.length === 0) return 'nothing was sent lately'
  const headings = ['DOMAIN', 'PROJECT', 'STANDS', 'RECIPIENTS', 'BOUNCED', 'COMPLAINED', 'BECAUSE']
  return table(headings, data.map(rowOf), page)
}

function rowOf(sender: SenderItem) {
  const { domain, project, level, sent, bounced, complained, reason } = sender
  const { bounceRate, complaintRate } = sender
  return [
    domain,
    project,
    level,
    sent,
    `${bounced} (${percent(bounceRate)})`,
    `${complained} (${percent(complaintRate)})`,
    reason,
  ]
}

function percent(rate: number): string {
  return `${Number((100 * rate).toFixed(2))} %`
}
