import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Argument, InvalidArgumentError, type Command } from 'commander'
import type { AuditItem, EmailDetail, EventPage, List } from '../api/openapi/answers.ts'
import { createdAtOf, lastIdBefore } from '../mail/email/id.ts'
import { ApiRefusal, type Client, clientOf, query } from './client.ts'
import { plainJson } from './plain-text.ts'
import { withProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

interface Wish {
  /** Milliseconds since the epoch. */
  readonly since?: number
  readonly until?: number
  readonly after?: string
  readonly eml?: string
}

/** `postern export`. */
export function addExport(program: Command, terminal: Terminal) {
  program
    .command('export')
    .description('print all emails, captures, events or the audit, a line of JSON each')
    .addArgument(new Argument('<what>').choices(Object.keys(kinds)))
    .option('--since <time>', 'of this time or later (ISO 8601)', timeOf)
    .option('--until <time>', 'and before this time', timeOf)
    .option('--after <cursor>', 'go on where an export ended, as it said')
    .option('--eml <directory>', 'of captures: write each into a file ID.eml there too')
    .addHelpText('after', manual)
    .action(async (what: keyof typeof kinds, wish: Wish, command: Command) => {
      const client = patient(clientOf(command, terminal))
      const told = (count: number) => `${count} ${what}`
      await withProgress(terminal, told, (add) => show(kinds[what](client, wish), terminal, add))
    })
}

const manual = `
Examples:
  postern export emails --since 2026-01-01T00:00:00Z > emails.jsonl
  postern --project shop export captures --eml captures > captures.jsonl
  postern --stack Postern-production export events > events.jsonl

Events come oldest first, the rest newest first. What does not come to its end says how
to go on, on standard error. With a key of all projects, --project '*' exports those of all.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 Postern cannot be reached.
`

function timeOf(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be such as 2026-01-31T12:00:00Z.')
  return time
}

/** One thing, and from where an export goes on behind it. */
interface Line {
  readonly item: object
  readonly cursor: string
}

type Lines = AsyncGenerator<Line, void>

const kinds = { emails, captures, events, audit }

/** With all that the list leaves out: recipients, replies, what happened when. */
async function* emails(client: Client, wish: Wish): Lines {
  for await (const id of ids(client, '/v1/emails', wish))
    yield { item: await client.call<EmailDetail>('GET', `/v1/emails/${id}`), cursor: id }
}

async function* captures(client: Client, wish: Wish): Lines {
  for await (const id of ids(client, '/v1/captures', wish)) {
    const item = await client.call<object>('GET', `/v1/captures/${id}`)
    if (wish.eml !== undefined) {
      await mkdir(wish.eml, { recursive: true })
      const eml = await client.open(`/v1/captures/${id}/raw`)
      await writeFile(join(wish.eml, `${id}.eml`), eml, { mode: 0o600 })
    }
    yield { item, cursor: id }
  }
}

async function* audit(client: Client, wish: Wish): Lines {
  for await (const item of items<AuditItem>(client, '/v1/audit', wish))
    yield { item, cursor: item.id }
}

async function* ids(client: Client, path: string, wish: Wish) {
  for await (const { id } of items(client, path, wish)) yield id
}

/** A list, newest first: ids are in the order of time. */
async function* items<Item extends { readonly id: string }>(
  client: Client,
  path: string,
  { since = 0, until, after }: Wish,
) {
  let from = after ?? (until === undefined ? undefined : lastIdBefore(until))
  for (let hasMore = true; hasMore;) {
    const page = await client.call<List<Item>>(
      'GET',
      `${path}${query({ limit: '100', after: from })}`,
    )
    for (const item of page.data) {
      if (createdAtOf(item.id) < since) return
      yield item
    }
    from = page.data.at(-1)?.id
    hasMore = page.has_more
  }
}

async function* events(client: Client, { since, until = Infinity, after }: Wish): Lines {
  let from: Record<string, string | undefined> =
    after === undefined ? { since: since === undefined ? since : isoOf(since) } : { after }
  for (let hasMore = true; hasMore;) {
    const asked = query({ ...from, limit: '100', order: 'oldest' })
    const page = await client.call<EventPage>('GET', `/v1/events${asked}`)
    for (const item of page.data) {
      if (Date.parse(item.recorded_at) >= until) return
      // A page is the least that can be gone on behind.
      yield { item, cursor: page.data.at(-1) === item ? page.cursor! : (from['after'] ?? '') }
    }
    from = { after: page.cursor ?? undefined }
    hasMore = page.has_more
  }
}

function isoOf(time: number): string {
  return new Date(time).toISOString()
}

async function show(lines: Lines, { print, remark }: Terminal, add: (count: number) => void) {
  let cursor = ''
  try {
    for await (const line of lines) {
      print(plainJson(line.item).replace(/\n */g, ''))
      cursor = line.cursor
      add(1)
    }
  } catch (error) {
    if (cursor !== '') remark(`broken off; to go on: --after ${cursor}\n`)
    throw error
  }
}

/** Asks again a second later where the key has asked too often. */
function patient(client: Client): Client {
  async function again<T>(ask: () => Promise<T>): Promise<T> {
    for (;;)
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof ApiRefusal) || error.status !== 429) throw error
        await setTimeout(1_000)
      }
  }
  return {
    ...client,
    call: (...asked) => again(() => client.call(...asked)),
    open: (path) => again(() => client.open(path)),
  }
}
