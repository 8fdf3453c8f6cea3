import type { Command } from 'commander'
import type { CaptureDetail, CaptureSummary, List } from '../api/openapi/answers.ts'
import { answer } from './answer.ts'
import { addCaptureCheck } from './check-capture.ts'
import { confirm } from './confirm.ts'
import { type Client, clientOf, query } from './client.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { followed, followOption, printEach } from './follow.ts'
import { plainText } from './plain-text.ts'
import { cell, type Page, table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface Filter {
  readonly to?: string
  readonly subject?: string
  readonly tag?: string
  readonly since?: string
}

interface ListFilter {
  readonly to?: string
  readonly subject?: string
  readonly q?: string
  readonly limit?: string
  readonly after?: string | undefined
  readonly since?: string
  readonly follow?: boolean
}

type CapturePage = List<CaptureSummary>

/** `postern captures`. */
export function addCaptures(program: Command, terminal: Terminal) {
  const captures = program
    .command('captures')
    .description('see the emails that were kept instead of sent')
    .addHelpText('after', manual)
  filtered(captures.command('list').description('list captures, newest first'))
    .option('--q <words>', 'only with these words in recipients, subject or text')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .option('--since <id|time>', sinceMeaning)
    .option(...followOption)
    .action(async ({ follow, ...asked }: ListFilter, command: Command) => {
      const client = clientOf(command, terminal)
      const ask = (after = asked.after) =>
        client.call<CapturePage>('GET', `/v1/captures${query({ ...asked, after })}`)
      if (follow) await printEach(followed(ask), command, { ...terminal, rowOf })
      else answer(command, terminal, await ask(), listInWords)
    })
  captures
    .command('show <id>')
    .description('show one capture: its text, links, codes, attachments; --json has the HTML too')
    .action(async (id: string, _options, command: Command) => {
      answer(command, terminal, await get(clientOf(command, terminal), id), detailInWords)
    })
  filtered(
    captures
      .command('wait')
      .description(
        'wait for a capture and show it: the newest that fits, or the next with --since',
      ),
  )
    .option('--since <id|time>', sinceMeaning)
    .option('--timeout <seconds>', 'how long to wait at most', '20')
    .action(async ({ timeout, ...filter }: Filter & { timeout: string }, command: Command) => {
      const client = clientOf(command, terminal)
      const found = await wait(client, filter, secondsOf(timeout))
      answer(command, terminal, await get(client, found.id), detailInWords)
    })
  addCaptureCheck(captures, terminal)
  captures
    .command('release <id>')
    .description('send a capture, as a new email to one recipient you choose')
    .requiredOption('--to <address>', 'who gets it')
    .option('--engine <engine>', 'the engine to use, where the settings capture')
    .action(async (id: string, body: { to: string; engine?: string }, command: Command) => {
      const path = `/v1/emails/${encodeURIComponent(id)}/release`
      const released = await clientOf(command, terminal).call<{ id: string }>('POST', path, body)
      answer(command, terminal, released, ({ id }) => `accepted as ${id}`)
    })
  captures
    .command('clear [id]')
    .description('remove one capture, or all')
    .option('--yes', 'remove all without asking')
    .action(async (id: string | undefined, { yes }: { yes?: boolean }, command: Command) => {
      if (id === undefined && !yes) await confirm('Remove all captures?', terminal)
      const path = `/v1/captures${id === undefined ? '' : `/${encodeURIComponent(id)}`}`
      const cleared = await clientOf(command, terminal).call<{ deleted: number }>('DELETE', path)
      answer(command, terminal, cleared, ({ deleted }) => `removed ${deleted}`)
    })
}

const manual = `
Examples:
  postern captures list --to you@example.com
  postern captures wait --to you@example.com --subject 'Your code' --timeout 20 --json
  postern captures wait --to you@example.com --since 2026-01-31T12:00:00Z
  postern captures list --q 'order receipt'
  postern captures release 0199f7a1-2b3c-7d4e-8f50-61728394a5b6 --to me@example.com --engine smtp
  postern captures clear --yes

Exit codes: 0 done, 1 not there or none came in time, 2 wrong usage, 3 Postern cannot be reached.
`

const sinceMeaning = 'accepted after the one with this id, or at this time or later (ISO 8601)'

function filtered(command: Command): Command {
  return command
    .option('--to <address>', 'only to exactly this recipient')
    .option('--subject <text>', 'only with this text in the subject')
    .option('--tag <tag>', 'only with this tag')
}

function get(client: Client, id: string): Promise<CaptureDetail> {
  return client.call('GET', `/v1/captures/${encodeURIComponent(id)}`)
}

/** The longest poll that the API answers, in seconds. */
const longestPoll = 20

async function wait(client: Client, filter: Filter, seconds: number): Promise<CaptureSummary> {
  const end = performance.now() + seconds * 1_000
  for (;;) {
    const left = Math.max(0, (end - performance.now()) / 1_000)
    const poll = Math.min(longestPoll, left).toFixed(3)
    const path = `/v1/captures${query({ ...filter, limit: '1', wait: poll })}`
    const { data } = await client.call<List<CaptureSummary>>('GET', path)
    if (data[0]) return data[0]
    if (left === 0) throw new Failure(exitCodes.no, `no such capture within ${seconds} s`)
  }
}

function secondsOf(text: string): number {
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text)) return Number(text)
  throw usage('--timeout must be a number of seconds from 0 to 9999')
}

function listInWords({ data, has_more }: CapturePage, page: Page): string {
  if (data.length === 0) return 'no captures'
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['ID', 'CAPTURED', 'FROM', 'TO', 'SUBJECT'], data.map(rowOf), page) + more
}

function rowOf({ id, created_at, from, to, subject }: CaptureSummary) {
  return [id, created_at, from, to.join(', '), subject]
}

function detailInWords(capture: CaptureDetail): string {
  const { id, created_at, from, to, subject, text, html, links, codes, attachments, malformed } =
    capture
  const facts = { from, to: to.join(', '), subject, captured: created_at }
  return [
    id,
    ...Object.entries(facts).map(([name, value]) => `${name}: ${cell(value)}`),
    ...(codes.length > 0 ? [`codes: ${cell(codes.join(', '))}`] : []),
    ...links.map((link) => `link: ${cell(link)}`),
    ...attachments.map(
      (file) =>
        `attachment: ${cell(`${file.filename} (${file.content_type}, ${file.size} bytes)`)}`,
    ),
    ...(malformed === null ? [] : [`malformed: ${cell(malformed)}`]),
    '',
    text === null && html !== null
      ? '(HTML only: --json shows it)'
      : plainText(text ?? '').trimEnd(),
  ].join('\n')
}
