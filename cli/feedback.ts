import type { Command } from 'commander'
import type { List, ReturnedTaken, StrayItem } from '../api/openapi/answers.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { askSecret } from './ask-secret.ts'
import { setUpSendGrid } from './sendgrid-setup.ts'
import { ApiRefusal, clientOf, query } from './client.ts'
import { requestHeaders } from './request-headers.ts'
import { followed, followOption, printEach, type PageFlags } from './follow.ts'
import { table, type Page } from './table.ts'
import { readBytes, type Terminal } from './terminal.ts'

/** `postern feedback`: email that came back, from a mail server, and what of it was not understood. */
export function addFeedback(program: Command, terminal: Terminal) {
  const feedback = program
    .command('feedback')
    .description('take an email that came back, from standard input')
    .option('--to <address>', 'the address it came back to, where the mail server tells it')
    .addHelpText('after', manual)
    .action(async ({ to }: { to?: string }, command: Command) => {
      if (terminal.input.isTTY)
        throw usage('give an email on standard input: postern feedback < mail')
      const taken = await handIn(command, terminal, to)
      answer(command, terminal, taken, takenInWords)
    })
  feedback
    .command('list')
    .description('list email that came back and was not understood, newest first')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .option(...followOption)
    .action(async ({ limit, after, follow }: PageFlags, command: Command) => {
      const client = clientOf(command, terminal)
      const ask = (older = after) =>
        client.call<List<StrayItem>>('GET', `/v1/feedback/mail${query({ limit, after: older })}`)
      if (follow) await printEach(followed(ask), command, { ...terminal, rowOf })
      else answer(command, terminal, await ask(), listInWords)
    })
  feedback
    .command('remove <id>')
    .description('remove one of them')
    .action(async (id: string, _options, command: Command) => {
      const path = `/v1/feedback/mail/${encodeURIComponent(id)}`
      const removed = await clientOf(command, terminal).call('DELETE', path)
      answer(command, terminal, removed, () => 'removed')
    })
  addSetup(feedback, terminal)
}

/** Where a provider has to be told that Postern wants to hear of emails. */
function addSetup(feedback: Command, terminal: Terminal) {
  feedback
    .command('setup')
    .description('have a provider tell what becomes of emails')
    .command('sendgrid')
    .description('through its API, with a key that may change webhooks; the key is not kept')
    .requiredOption('--postern <url>', 'the https address under which SendGrid reaches Postern')
    .action(async ({ postern: base }: { postern: string }, command: Command) => {
      const client = clientOf(command, terminal)
      const key = await askSecret('SendGrid API key', terminal)
      const done = await setUpSendGrid(client, terminal, { base, key })
      answer(command, terminal, done, ({ url }) => `SendGrid tells ${url}, signed`)
    })
}

/**
 * What a mail server does with the exit code (sysexits.h): it tries again after 75, and for any
 * other it returns the email, which would be a bounce of a bounce. So all that may pass is 75.
 */
async function handIn(command: Command, terminal: Terminal, to?: string): Promise<ReturnedTaken> {
  const bytes = await readBytes(terminal)
  const headers = requestHeaders({ 'x-postern-returned-to': to })
  try {
    const client = clientOf(command, terminal)
    return await client.mail<ReturnedTaken>('/v1/feedback/mail', bytes, headers)
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode === exitCodes.usage) throw error
    const isFinal = error instanceof ApiRefusal && [400, 413].includes(error.status)
    const code = isFinal ? exitCodes.dataError : exitCodes.tryAgain
    throw new Failure(code, error.message, { cause: error })
  }
}

const manual = `
Examples:
  postern feedback --to "$recipient" < mail     from a mail server; see docs/returned-mail.md
  postern feedback list
  postern feedback setup sendgrid --postern https://mail.example.com < key
  postern feedback remove 0199f7a1-2b3c-7d4e-8f50-61728394a5b6

Exit codes of taking an email, as mail servers read them: 0 taken, 65 not an email or too large,
75 not now, try again. Of the others: 0 done, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

function takenInWords({ kind, email_id, signals, id, reason }: ReturnedTaken): string {
  return kind === 'reported'
    ? `about ${email_id}: ${signals} ${signals === 1 ? 'signal' : 'signals'}`
    : `kept as ${id}: ${reason}`
}

function listInWords({ data, has_more }: List<StrayItem>, page: Page): string {
  if (data.length === 0) return 'nothing came back that was not understood'
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['ID', 'CAME', 'FROM', 'SUBJECT', 'WHY'], data.map(rowOf), page) + more
}

function rowOf({ id, created_at, from, subject, reason }: StrayItem) {
  return [id, created_at, from, subject, reason]
}
