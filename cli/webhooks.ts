import type { Command } from 'commander'
import type { List, WebhookSummary } from '../api/openapi/answers.ts'
import { usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'
import { addListen } from './webhook-listen.ts'
import { addNotices } from './webhook-notices.ts'

interface Flags {
  readonly events?: string
  readonly tag?: readonly string[]
  readonly domain?: readonly string[]
  readonly format?: string
  readonly secret?: string
}

/** `postern webhooks`. */
export function addWebhooks(program: Command, terminal: Terminal) {
  const webhooks = program
    .command('webhooks')
    .description('see and change which URLs are told of events')
    .addHelpText('after', manual)
  webhooks
    .command('list')
    .description('list webhooks with how they fare, newest first')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .action(async ({ limit, after }: Record<string, string>, command: Command) => {
      const path = `/v1/webhooks${query({ limit, after })}`
      const page = await clientOf(command, terminal).call<List<WebhookSummary>>('GET', path)
      answer(command, terminal, page, listInWords)
    })
  webhooks
    .command('add <endpoint>')
    .description('have a URL told of events, and print the secret to verify with')
    .requiredOption('--events <names>', 'with commas: email.delivered,email.bounced')
    .option('--tag <name=value...>', 'only of emails with all of these tags')
    .option('--domain <name...>', 'only of emails from one of these domains')
    .option('--format <format>', 'standard, sendgrid, slack or teams (default: standard)')
    .option('--secret <secret>', 'one of your own: whsec_ and base64')
    .action(async (endpoint: string, flags: Flags, command: Command) => {
      const { format, secret } = flags
      const wish = { endpoint, ...filtersOf(flags), format, signing_secret: secret }
      const made = await clientOf(command, terminal).call<Shown>('POST', '/webhooks', wish)
      answer(command, terminal, made, secretInWords)
    })
  webhooks
    .command('change <id>')
    .description('change what a webhook is told')
    .option('--endpoint <url>', 'another URL')
    .option('--events <names>', 'these alone, with commas')
    .option('--tag <name=value...>', 'only of emails with all of these tags')
    .option('--domain <name...>', 'only of emails from one of these domains')
    .action(async (id: string, flags: Flags & { endpoint?: string }, command: Command) => {
      const { endpoint } = flags
      const wish = { ...(endpoint !== undefined && { endpoint }), ...filtersOf(flags) }
      await clientOf(command, terminal).call('PATCH', pathOf(id), wish)
      answer(command, terminal, { id }, () => `changed ${id}`)
    })
  for (const [name, status, words] of switches)
    webhooks
      .command(`${name} <id>`)
      .description(words)
      .action(async (id: string, _flags, command: Command) => {
        await clientOf(command, terminal).call('PATCH', pathOf(id), { status })
        answer(command, terminal, { id, status }, () => `${status} ${id}`)
      })
  webhooks
    .command('rotate <id>')
    .description('make another secret; the old one signs too for 24 hours')
    .action(async (id: string, _flags, command: Command) => {
      const path = `${pathOf(id)}/signing-secret/rotate`
      const made = await clientOf(command, terminal).call<Shown>('POST', path)
      answer(command, terminal, made, secretInWords)
    })
  webhooks
    .command('remove <id>')
    .description('remove a webhook, with all that it was told')
    .action(async (id: string, _flags, command: Command) => {
      await clientOf(command, terminal).call('DELETE', pathOf(id))
      answer(command, terminal, { id, deleted: true }, () => `removed ${id}`)
    })
  addNotices(webhooks, terminal)
  addListen(webhooks, terminal)
}

interface Shown {
  readonly id: string
  readonly signing_secret: string
}

const switches = [
  ['enable', 'enabled', 'tell a webhook again that was disabled'],
  ['disable', 'disabled', 'keep what a webhook would be told'],
] as const

const manual = `
Examples:
  postern webhooks add https://app.example.com/hook --events email.delivered,email.bounced
  postern webhooks add https://app.example.com/codes --events email.failed --tag kind=code
  postern webhooks list
  postern webhooks events <id>
  postern webhooks replay <id> --since 2026-01-01T00:00:00Z
  postern webhooks listen http://localhost:3000/hook

Exit codes: 0 done, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

/** Where Resend's API has a webhook. */
function pathOf(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`
}

function filtersOf({ events, tag, domain }: Flags) {
  return {
    ...(events !== undefined && { events: events.split(',').map((name) => name.trim()) }),
    ...(tag && { tags: Object.fromEntries(tag.map(pairIn)) }),
    ...(domain && { domains: domain }),
  }
}

function pairIn(text: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (!name || !value) throw usage(`--tag ${text}: name=value is needed`)
  return [name, value]
}

function secretInWords({ id, signing_secret: secret }: Shown): string {
  return `webhook ${id}\nsecret  ${secret}`
}

function listInWords({ data, has_more }: List<WebhookSummary>, page: Page): string {
  if (data.length === 0) return 'no URL is told of events'
  const rows = data.map((one) => [one.id, one.endpoint, one.events.join(' '), stateInWords(one)])
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['ID', 'ENDPOINT', 'EVENTS', 'STATE'], rows, page) + more
}

function stateInWords({ status, disabled_reason: reason, failing }: WebhookSummary): string {
  if (status === 'disabled') return reason === null ? 'disabled' : `disabled: ${reason}`
  return failing ? `failing since ${failing.since}: ${failing.reason}` : 'enabled'
}
