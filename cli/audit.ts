import type { Command } from 'commander'
import type { AuditItem, List } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern audit`. */
export function addAudit(program: Command, terminal: Terminal) {
  program
    .command('audit')
    .description('show who changed settings, keys and the rest, newest first; kept for a year')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this line')
    .addHelpText('after', manual)
    .action(async ({ limit, after }: Record<string, string>, command: Command) => {
      const path = `/v1/audit${query({ limit, after })}`
      const page = await clientOf(command, terminal).call<List<AuditItem>>('GET', path)
      answer(command, terminal, page, inWords)
    })
}

const manual = `
Examples:
  postern audit
  postern export audit > audit.jsonl

Exit codes: 0 fine, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

function inWords({ data, has_more }: List<AuditItem>, page: Page): string {
  if (data.length === 0) return 'nothing was changed'
  const rows = data.map(({ at, by, action, outcome, about, changes }) => {
    const who = by.name ?? by.id ?? by.actor
    return [at, who, action, outcome, about ?? changes.join(', ')]
  })
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['TIME', 'BY', 'WHAT', 'OUTCOME', 'ABOUT'], rows, page) + more
}
