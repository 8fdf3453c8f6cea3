import type { Command } from 'commander'
import type { List, WebhookAttempt, WebhookEvent } from '../api/openapi/answers.ts'
import { usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf, query } from './client.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

/** What a webhook was told: the commands about that. */
export function addNotices(webhooks: Command, terminal: Terminal) {
  webhooks
    .command('events <id>')
    .description('list what a webhook was told, newest first')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <id>', 'older than this one')
    .action(async (id: string, { limit, after }: Record<string, string>, command: Command) => {
      const path = `${at(id)}/events${query({ limit, after })}`
      const page = await clientOf(command, terminal).call<List<WebhookEvent>>('GET', path)
      answer(command, terminal, page, eventsInWords)
    })
  webhooks
    .command('attempts <id> <event>')
    .description('list the attempts to tell it of an event, with the answers')
    .action(async (id: string, event: string, _flags, command: Command) => {
      const path = `${at(id)}/events/${encodeURIComponent(event)}/attempts?limit=100`
      const page = await clientOf(command, terminal).call<List<WebhookAttempt>>('GET', path)
      answer(command, terminal, page, attemptsInWords)
    })
  webhooks
    .command('test <id>')
    .description('send a webhook an event of an email that there never was')
    .action(async (id: string, _flags, command: Command) => {
      const path = `/v1${at(id)}/test`
      const sent = await clientOf(command, terminal).call<{ id: string }>('POST', path)
      answer(command, terminal, sent, (one) => `event ${one.id} is on its way`)
    })
  webhooks
    .command('replay <id> [event]')
    .description('tell a webhook again: of one event, or of what it did not take since a time')
    .option('--since <time>', 'as in 2026-01-01T00:00:00Z')
    .option('--all', 'also of what it took')
    .action(async (id: string, event: string | undefined, flags: Replay, command: Command) => {
      const { since, all } = flags
      if ((event === undefined) === (since === undefined))
        throw usage('name an event, or a time with --since')
      const client = clientOf(command, terminal)
      if (event !== undefined) {
        await client.call('POST', `${at(id)}/events/${encodeURIComponent(event)}/replay`)
        answer(command, terminal, { replayed: 1 }, inWords)
      } else {
        const path = `/v1${at(id)}/replay`
        answer(
          command,
          terminal,
          await client.call<Replayed>('POST', path, { since, all }),
          inWords,
        )
      }
    })
}

interface Replay {
  readonly since?: string
  readonly all?: boolean
}

interface Replayed {
  readonly replayed: number
}

function at(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`
}

function inWords({ replayed }: Replayed): string {
  return replayed === 1 ? '1 event is told again' : `${replayed} events are told again`
}

function eventsInWords({ data, has_more }: List<WebhookEvent>, page: Page): string {
  if (data.length === 0) return 'it was told nothing yet'
  const rows = data.map(({ id, type, status, created_at }) => [id, type, status, created_at])
  const more = has_more ? `\nmore: --after ${data.at(-1)!.id}` : ''
  return table(['ID', 'EVENT', 'STATUS', 'AT'], rows, page) + more
}

function attemptsInWords({ data }: List<WebhookAttempt>, page: Page): string {
  if (data.length === 0) return 'no attempt yet'
  const rows = data.map(({ sent_at, http_status_code: status, response }) => [
    sent_at,
    status === 0 ? '-' : String(status),
    response.replace(/\s+/g, ' ').slice(0, 200),
  ])
  return table(['AT', 'STATUS', 'ANSWER'], rows, page)
}
