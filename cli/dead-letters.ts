import type { Command } from 'commander'
import type { DeadLetter, List, Redriven } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { type Client, clientOf, query } from './client.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { withProgress } from './progress.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'
import { shown, watchOption } from './watch.ts'

interface ListFlags {
  readonly limit?: string
  readonly after?: string
  readonly watch?: boolean
}

/** `postern dead-letters`. */
export function addDeadLetters(program: Command, terminal: Terminal) {
  const letters = program
    .command('dead-letters')
    .description('list emails that were given up, and try them again')
    .addHelpText('after', manual)
  letters
    .command('list')
    .description('list dead letters, newest first')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .option(...watchOption)
    .action(async ({ limit, after, watch }: ListFlags, command: Command) => {
      const client = clientOf(command, terminal)
      const path = `/v1/dead-letters${query({ limit, after })}`
      const ask = () => client.call<List<DeadLetter>>('GET', path)
      await shown(watch, terminal, async () => answer(command, terminal, await ask(), listInWords))
    })
  letters
    .command('redrive [ids...]')
    .description('put the emails of these letters back into the queue')
    .option('--all', 'of all letters')
    .action(async (ids: string[], { all }: { all?: boolean }, command: Command) => {
      if (ids.length > 0 === (all ?? false)) throw usage('name letters by their ids, or use --all')
      const client = clientOf(command, terminal)
      const data = all ? await redriveAll(client, terminal) : (await redrive(client, { ids })).data
      answer(command, terminal, { data }, redrivenInWords)
      if (data.some(({ redriven }) => !redriven))
        throw new Failure(exitCodes.no, 'not all of them could be put back')
    })
  letters
    .command('remove <id>')
    .description('remove a dead letter; its email stays on record')
    .action(async (id: string, _options, command: Command) => {
      const path = `/v1/dead-letters/${encodeURIComponent(id)}`
      const removed = await clientOf(command, terminal).call<{ id: string }>('DELETE', path)
      answer(command, terminal, removed, ({ id }) => `removed ${id}`)
    })
}

const manual = `
Examples:
  postern dead-letters list
  postern dead-letters redrive 0199f7a1-2b3c-7d4e-8f50-61728394a5b6
  postern dead-letters redrive --all

Exit codes: 0 done, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

function redrive(client: Client, body: object): Promise<List<Redriven>> {
  return client.call('POST', '/v1/dead-letters/redrive', body)
}

async function redriveAll(client: Client, terminal: Terminal): Promise<readonly Redriven[]> {
  const words = (count: number) => `${count} put back`
  return withProgress(terminal, words, async (add) => {
    const all: Redriven[] = []
    for (let hasMore = true; hasMore;) {
      const page = await redrive(client, { after: all.at(-1)?.id })
      all.push(...page.data)
      add(page.data.length)
      hasMore = page.has_more
    }
    return all
  })
}

function listInWords({ data, has_more }: List<DeadLetter>, page: Page): string {
  if (data.length === 0) return 'no dead letters'
  const rows = data.map(({ id, created_at, email_id, reason }) => [
    id,
    created_at,
    email_id,
    reason,
  ])
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['ID', 'GIVEN UP', 'EMAIL', 'REASON'], rows, page) + more
}

function redrivenInWords({ data }: Pick<List<Redriven>, 'data'>, page: Page): string {
  if (data.length === 0) return 'no dead letters'
  return table(
    ['ID', 'PUT BACK', 'REASON'],
    data.map(({ id, redriven, reason }) => [id, redriven ? 'yes' : 'no', reason]),
    page,
  )
}
