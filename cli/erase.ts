import type { Command } from 'commander'
import { setTimeout } from 'node:timers/promises'
import type { ErasureItem } from '../api/openapi/answers.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf, type Client } from './client.ts'
import { confirm } from './confirm.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern erase`. */
export function addErase(program: Command, terminal: Terminal) {
  program
    .command('erase <address>')
    .description('erase a person by address: from emails, captures, events and all else')
    .option('--dry-run', 'only count what names the address')
    .option('--cancel', 'cancel emails to or from it that wait to be sent')
    .option('--suppressions', 'take it from the suppression list too: it gets email again')
    .option('--yes', 'do not ask')
    .addHelpText('after', manual)
    .action(async (address: string, options: Options, command: Command) => {
      const client = clientOf(command, terminal)
      const { cancel = false, suppressions = false } = options
      const wish = { address, cancel, suppressions }
      const trial = await erase(client, { ...wish, dry_run: true })
      if (options.dryRun) return answer(command, terminal, trial, inWords(false))
      if (trial.waiting > 0 && !cancel) throw new Failure(exitCodes.no, waitingWords(trial))
      if (!options.yes) await ask(trial, terminal)
      answer(command, terminal, await erase(client, wish), inWords(true))
    })
}

interface Options {
  readonly dryRun?: true
  readonly cancel?: true
  readonly suppressions?: true
  readonly yes?: true
}

interface Wish {
  readonly address: string
  readonly cancel: boolean
  readonly suppressions: boolean
  readonly dry_run?: boolean
}

const manual = `
Without --yes it shows what there is, and asks at a terminal. What was broken off goes on when the
same is typed again. Backups that were taken before still have it.

Examples:
  postern erase bob@example.com --dry-run
  postern erase bob@example.com --cancel --yes

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

/** Where a backup holds the database file, looks again after so many milliseconds. */
const againMs = 1_000

async function erase(client: Client, wish: Wish): Promise<ErasureItem> {
  let sum: ErasureItem | undefined
  for (;;) {
    const after = sum?.after ?? undefined
    const part = await client.call<ErasureItem>('POST', '/v1/erasures', { ...wish, after })
    sum = sum ? together(sum, part) : part
    if (part.after === null) return sum
    if (part.after === after) await setTimeout(againMs)
  }
}

function together(sum: ErasureItem, part: ErasureItem): ErasureItem {
  const add = (one: Counts, other: Counts) =>
    Object.fromEntries(kindsOf(one).map((kind) => [kind, one[kind] + other[kind]])) as Counts
  return {
    ...part,
    found: add(sum.found, part.found),
    left: add(sum.left, part.left),
    waiting: sum.waiting + part.waiting,
    canceled: sum.canceled + part.canceled,
  }
}

type Counts = ErasureItem['found']

function kindsOf(counts: Counts): (keyof Counts)[] {
  return Object.keys(counts) as (keyof Counts)[]
}

async function ask(trial: ErasureItem, terminal: Terminal) {
  if (terminal.input.isTTY) terminal.remark(`${inWords(false)(trial, terminal)}\n`)
  await confirm('Erase it for good?', terminal)
}

function waitingWords({ waiting }: ErasureItem): string {
  const emails = waiting === 1 ? '1 email waits' : `${waiting} emails wait`
  return `nothing was erased: to or from the address ${emails} to be sent; --cancel cancels what waits`
}

function inWords(isErased: boolean) {
  return ({ found, left, canceled }: ErasureItem, page: Page): string => {
    const named = kindsOf(found).filter((kind) => found[kind] + left[kind] > 0)
    if (named.length === 0) return 'nothing names the address'
    const rows = named.map((kind) => [kind.replaceAll('_', ' '), `${found[kind]}`, `${left[kind]}`])
    const stopped = canceled > 0 ? `\ncanceled: ${canceled}` : ''
    return table(['WHAT', isErased ? 'ERASED' : 'TO ERASE', 'STAYS'], rows, page) + stopped
  }
}
