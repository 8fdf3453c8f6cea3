import { InvalidArgumentError, type Command } from 'commander'
import type { EmailDetail, EmailSummary, List } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { followed, followOption, printEach } from './follow.ts'
import { cell, type Page, table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** `postern emails`. */
export function addEmails(program: Command, terminal: Terminal) {
  const emails = program
    .command('emails')
    .description('see what became of emails, and decide about those on hold')
    .addHelpText('after', manual)
  emails
    .command('list')
    .description('list emails, newest first')
    .option('--state <state>', 'only in this state, such as held or failed')
    .option('--stream <stream>', 'only of this stream: transactional or bulk')
    .option('--q <text>', 'an exact recipient or an id')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .option('--since <span>', 'accepted within so long, such as 30m, 12h or 3d', sinceOf)
    .option(...followOption)
    .action(async ({ follow, ...asked }: Filter, command: Command) => {
      const client = clientOf(command, terminal)
      const ask = (after = asked.after) =>
        client.call<EmailPage>('GET', pathOf({ ...asked, after }))
      if (follow) await printEach(followed(ask), command, { ...terminal, rowOf })
      else answer(command, terminal, await ask(), listInWords)
    })
  addOne('show', 'show everything about one email', 'GET', '')
  addOne('retry', 'try a held or failed email again', 'POST', '/retry')
  addOne('cancel', 'cancel an email that has not been sent', 'POST', '/cancel')

  function addOne(name: string, description: string, method: 'GET' | 'POST', action: string) {
    emails
      .command(`${name} <id>`)
      .description(description)
      .action(async (id: string, _options, command: Command) => {
        const path = `/v1/emails/${encodeURIComponent(id)}${action}`
        const email = await clientOf(command, terminal).call<EmailDetail>(method, path)
        answer(command, terminal, email, detailInWords)
      })
  }
}

type EmailPage = List<EmailSummary>

interface Filter {
  readonly state?: string
  readonly stream?: string
  readonly q?: string
  readonly limit?: string
  readonly after?: string | undefined
  readonly since?: string
  readonly follow?: boolean
}

function pathOf({ state, stream, q, limit, after, since }: Filter): string {
  return `/v1/emails${query({ status: state, stream, q, limit, after, since })}`
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** When a span that ends now began, in ISO 8601. */
function sinceOf(span: string): string {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(span) ?? []
  if (!unit) throw new InvalidArgumentError('It must be such as 30m, 12h or 3d.')
  return new Date(Date.now() - Number(count) * unitMs[unit]!).toISOString()
}

const manual = `
Examples:
  postern emails list --state held
  postern emails list --state queued --since 1d
  postern emails list -f
  postern emails show 0199f7a1-2b3c-7d4e-8f50-61728394a5b6
  postern emails retry 0199f7a1-2b3c-7d4e-8f50-61728394a5b6

Exit codes: 0 done, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

function listInWords({ data, has_more }: EmailPage, page: Page): string {
  if (data.length === 0) return 'no emails'
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  const headings = ['ID', 'STATE', 'STREAM', 'ACCEPTED', 'TO', 'SUBJECT']
  return table(headings, data.map(rowOf), page) + more
}

function rowOf({ id, state, stream, created_at, to, subject }: EmailSummary) {
  return [id, state, stream, created_at, to.join(', '), subject]
}

function detailInWords(email: EmailDetail, page: Page): string {
  const { id, state, stream, created_at, from, subject, last_reason, next_attempt_at } = email
  const sender = [from.name, from.address].filter(Boolean).join(' ')
  const used = email.timeline.findLast((entry) => entry.from)?.from
  const facts = {
    from: sender,
    ...(used && { 'left from': used }),
    subject,
    stream,
    accepted: created_at,
    'last reason': last_reason,
    'next attempt': next_attempt_at,
  }
  return [
    `${id}  ${cell(state)}`,
    ...Object.entries(facts).map(([name, value]) => `${name}: ${cell(value)}`),
    '',
    table(
      ['RECIPIENT', 'STATE', 'REASON'],
      email.recipients.map((one) => [one.address, one.state, one.reason]),
      page,
    ),
    '',
    table(
      ['WHEN', 'WHAT', 'ENGINE', 'OUTCOME', 'REASON'],
      email.timeline.map((entry) => [
        entry.at,
        entry.what,
        entry.engine,
        entry.outcome,
        entry.reason,
      ]),
      page,
    ),
  ].join('\n')
}
