import { basename } from 'node:path'
import type { Command } from 'commander'
import { answer } from './answer.ts'
import { clientOf, type Client } from './client.ts'
import { readGivenFile } from './given-file.ts'
import { requestHeaders } from './request-headers.ts'
import { sendFile } from './send-file.ts'
import { usage } from '../machine/failure.ts'
import { readInput, type Terminal } from './terminal.ts'

interface SendOptions {
  readonly from?: string
  readonly to?: string[]
  readonly cc?: string[]
  readonly bcc?: string[]
  readonly replyTo?: string[]
  readonly subject?: string
  readonly text?: string
  readonly html?: string
  readonly htmlFile?: string
  readonly attach?: string[]
  readonly stream?: string
  readonly idempotencyKey?: string
}

/** `postern send`. */
export function addSend(program: Command, terminal: Terminal) {
  program
    .command('send')
    .description('send an email; without --text and --html its text is read from standard input')
    .argument('[file.eml]', 'a whole email (MIME); - for standard input')
    .option('--from <mailbox>', 'sender: a@b.c or "Name <a@b.c>"; the default sender unless given')
    .option('--to <mailbox...>', 'recipients; of a file: in place of its To, Cc and Bcc')
    .option('--cc <mailbox...>', 'recipients of a copy')
    .option('--bcc <mailbox...>', 'blind copies')
    .option('--reply-to <mailbox...>', 'Reply-To')
    .option('--subject <text>', 'subject')
    .option('--text <text>', 'plain text')
    .option('--html <html>', 'HTML')
    .option('--html-file <file>', 'a file of HTML')
    .option('--attach <file...>', 'files to attach')
    .option('--stream <stream>', 'transactional or bulk')
    .option('--idempotency-key <key>', 'the same again with the same key is accepted once a day')
    .addHelpText('after', manual)
    .action(async (file: string | undefined, options: SendOptions, command: Command) => {
      const client = clientOf(command, terminal)
      const accepted =
        file === undefined
          ? await sendWritten(client, options, terminal)
          : await sendFile(client, { ...options, file }, terminal)
      answer(command, terminal, accepted, ({ id }) => `accepted ${id}`)
    })
}

const manual = `
Examples:
  postern send --from me@example.com --to you@example.com --subject Hello --text 'It works.'
  postern send --to ann@example.com bob@example.com --subject Report --html-file report.html \\
    --attach report.pdf
  uptime | postern send --to ops@example.com --subject Uptime
  postern send invoice.eml
  postern send invoice.eml --from bounces@example.com --to ann@example.com bob@example.com
  postern send - --idempotency-key invoice-4711 < invoice.eml

A file gets to whom its To, Cc and Bcc name, and Bcc does not leave with it; --to names others in
their place, and --from where bounces go. Its header stays as it is.
"accepted" means that it is kept safely; postern emails show <id> says what became of it.
Exit codes: 0 accepted, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

async function sendWritten(client: Client, options: SendOptions, terminal: Terminal) {
  const missing = (['to', 'subject'] as const).filter((name) => options[name] === undefined)
  if (missing.length > 0)
    throw usage(
      `${missing.map((name) => `--${name}`).join(' and ')} needed, or the file of an email`,
    )
  const email = await readEmail(options, terminal)
  const headers = requestHeaders({ 'idempotency-key': options.idempotencyKey })
  return client.call<{ id: string }>('POST', '/emails', email, headers)
}

async function readEmail(options: SendOptions, terminal: Terminal) {
  const { from, to, cc, bcc, replyTo, subject, text, html, htmlFile, stream, attach = [] } = options
  if (html !== undefined && htmlFile !== undefined)
    throw usage('give --html or --html-file, not both')
  const page =
    htmlFile === undefined ? html : (await readGivenFile('--html-file', htmlFile)).toString()
  return {
    from,
    to,
    cc,
    bcc,
    reply_to: replyTo,
    subject,
    text: text ?? (page === undefined ? await readText(terminal) : undefined),
    html: page,
    stream,
    attachments: await Promise.all(attach.map(readAttachment)),
  }
}

async function readText(terminal: Terminal): Promise<string> {
  const text = terminal.input.isTTY ? '' : await readInput(terminal)
  if (text.trim() !== '') return text
  throw usage('the email has no body: give --text, --html or --html-file, or pipe its text in')
}

async function readAttachment(file: string) {
  const bytes = await readGivenFile('--attach', file)
  return { filename: basename(file), content: bytes.toString('base64') }
}
