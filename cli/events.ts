import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import type { EmailEvents, EventItem, EventPage } from '../api/openapi/answers.ts'
import { usage } from '../machine/failure.ts'
import { answer } from './answer.ts'
import { clientOf, query, type Client } from './client.ts'
import { followOption, pollMs, printEach } from './follow.ts'
import { table, type Page } from './table.ts'
import type { Terminal } from './terminal.ts'

type Wish = Readonly<
  Partial<Record<'type' | 'recipient' | 'since' | 'limit' | 'after' | 'order', string | undefined>>
>

interface Flags extends Wish {
  readonly follow?: boolean
  readonly email?: string
}

/** `postern events`. */
export function addEvents(program: Command, terminal: Terminal) {
  program
    .command('events')
    .description('show what became of emails, engines and suppressed addresses, newest first')
    .option(...followOption)
    .option('--type <types>', 'such as email.bounced; several with commas')
    .option('--email <id>', 'all of one email, in the order in which they happened')
    .option('--recipient <address>', 'only about this address')
    .option('--since <time>', 'what Postern learned of from then on, as in 2026-11-30T12:00:00Z')
    .option('--limit <n>', '1 to 100 (default: 20)')
    .option('--after <cursor>', 'the cursor of the page before, as --json shows it')
    .addHelpText('after', manual)
    .action(async (flags: Flags, command: Command) => {
      const { follow, email, ...wish } = flags
      if (email !== undefined && Object.keys(flags).length > 1)
        throw usage('--email shows all of an email: no other option goes with it')
      const client = clientOf(command, terminal)
      if (follow) return printEach(followed(client, wish), command, { ...terminal, rowOf })
      const path = email === undefined ? `/v1/events${query({ ...wish })}` : ofEmail(email)
      const found = await client.call<EventPage | EmailEvents>('GET', path)
      answer(command, terminal, found, ({ data }, page) => inWords(data, page))
    })
}

const manual = `
Examples:
  postern events --type email.bounced,email.complained
  postern events --email 019ad0f2-6c5a-7c3e-9b1f-0d9b7a4c2e11
  postern events -f --json | jq .recipient

Exit codes: 0 fine, 1 refused or not there, 2 wrong usage, 3 Postern cannot be reached.
`

function ofEmail(id: string): string {
  return `/v1/emails/${encodeURIComponent(id)}/events`
}

/**
 * The last events, oldest first, and then without an end those that come, each once.
 *
 * @param pause until it is asked again
 */
export async function* followed(
  client: Pick<Client, 'call'>,
  wish: Wish,
  pause: () => Promise<unknown> = () => setTimeout(pollMs),
): AsyncGenerator<EventItem, never> {
  const ask = (more: Wish) =>
    client.call<EventPage>('GET', `/v1/events${query({ ...wish, ...more })}`)
  const last = wish.after === undefined ? [...(await ask({})).data].reverse() : []
  yield* last
  const shown = new Set(last.map(({ id }) => id))
  let from: Wish = last[0] ? { since: last[0].recorded_at } : {}
  for (;;) {
    const { data, cursor, has_more: hasMore } = await ask({ ...from, order: 'oldest' })
    yield* data.filter(({ id }) => !shown.has(id))
    if (cursor !== null) from = { after: cursor, since: undefined }
    if (!hasMore) await pause()
  }
}

function inWords(events: readonly EventItem[], page: Page): string {
  if (events.length === 0) return 'no events'
  return table(['TIME', 'EVENT', 'ABOUT', 'EMAIL', 'WORDS'], events.map(rowOf), page)
}

function rowOf(event: EventItem) {
  const { created_at, type, recipient, engine, domain, webhook, email_id, text, word } = event
  const about = recipient ?? engine ?? domain?.name ?? webhook?.host
  return [created_at, type, about, email_id, text ?? word]
}
