import type { Command } from 'commander'
import type { AuditItem, List } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { followed, followOption, printEach, type PageFlags } from './follow.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern audit`. */
export function addAudit(program: Command, terminal: Terminal) {
  program
    .command('audit')
    .description('show who changed settings, keys and the rest, newest first; kept for a year')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this line')
    .option(...followOption)
    .addHelpText('after', manual)
    .action(async ({ limit, after, follow }: PageFlags, command: Command) => {
      const client = clientOf(command, terminal)
      const ask = (older = after) =>
        client.call<List<AuditItem>>('GET', `/v1/audit${query({ limit, after: older })}`)
      if (follow) await printEach(followed(ask), command, { ...terminal, rowOf })
      else answer(command, terminal, await ask(), inWords)
    })
}

const manual = `
Examples:
  postern audit
  postern audit -f
  postern export audit > audit.jsonl

Exit codes: 0 fine, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

function inWords({ data, has_more }: List<AuditItem>, page: Page): string {
  if (data.length === 0) return 'nothing was changed'
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['TIME', 'BY', 'WHAT', 'OUTCOME', 'ABOUT'], data.map(rowOf), page) + more
}

function rowOf({ at, by, action, outcome, about, changes }: AuditItem) {
  return [at, by.name ?? by.id ?? by.actor, action, outcome, about ?? changes.join(', ')]
}
