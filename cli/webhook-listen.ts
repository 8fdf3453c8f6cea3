import type { Command } from 'commander'
import type { EventItem } from '../api/openapi/answers.ts'
import { exitCodes, Failure } from '../machine/failure.ts'
import type { EventType } from '../mail/email/event.ts'
import { posted } from '../mail/notify/body.ts'
import { resendBody, type AboutEmail } from '../mail/notify/resend-body.ts'
import { newSecret } from '../mail/notify/secrets.ts'
import { headersFor } from '../mail/notify/sign.ts'
import type { Event } from '../mail/ports/events.ts'
import { ApiRefusal, clientOf, type Client } from './client.ts'
import { followed } from './events.ts'
import type { Terminal } from './terminal.ts'

interface Flags {
  readonly events?: string
  readonly secret?: string
}

/** `postern webhooks listen`. */
export function addListen(webhooks: Command, terminal: Terminal) {
  webhooks
    .command('listen <url>')
    .description('pass on what happens from now on to a program here, signed as a webhook is')
    .option('--events <names>', 'these alone, with commas')
    .option('--secret <secret>', 'what to sign with; made and printed unless given')
    .action(async (url: string, flags: Flags, command: Command) => {
      const client = clientOf(command, terminal)
      const { secret = newSecret('standard') } = flags
      terminal.print(`secret  ${secret}`)
      for await (const line of passedOn(client, url, { ...flags, secret })) terminal.print(line)
    })
}

/** Longest that the program may take, in milliseconds. */
const answerMs = 15_000

/**
 * A line for each event that was passed on, without an end.
 *
 * @param pause until it is asked again whether there is more
 */
export async function* passedOn(
  client: Pick<Client, 'call'>,
  url: string,
  { events: type, secret }: Flags & { readonly secret: string },
  pause?: () => Promise<unknown>,
): AsyncGenerator<string, never> {
  const since = new Date().toISOString()
  const webhook = { format: 'standard', secrets: [{ secret }] } as const
  for await (const item of followed(client, { type, since }, pause)) {
    const body = posted('standard', [resendBody(eventFrom(item), await emailOf(client, item))])
    const headers = headersFor(webhook, { id: item.id, at: Date.now(), body })
    yield `${item.created_at}  ${item.type}  ${item.recipient ?? ''}  ${await post(url, headers, body)}`
  }
  throw new Failure(exitCodes.unreachable, 'events have ended')
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<string> {
  const signal = AbortSignal.timeout(answerMs)
  return fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }).then(
    ({ status }) => String(status),
    ({ cause, message }: Error) => (cause as NodeJS.ErrnoException | undefined)?.code ?? message,
  )
}

/** As Resend's API shows it; undefined when it is no longer kept. */
async function emailOf(client: Pick<Client, 'call'>, { email_id: id }: EventItem) {
  if (id === null) return undefined
  const email = await client.call<ShownEmail>('GET', `/emails/${id}`).catch((error: unknown) => {
    if (error instanceof ApiRefusal) return undefined
    throw error
  })
  return email && aboutEmail(email)
}

interface ShownEmail {
  readonly id: string
  readonly created_at: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly message_id: string
  readonly tags: AboutEmail['tags']
}

function aboutEmail({ id, created_at, from, to, subject, message_id, tags }: ShownEmail) {
  return {
    id,
    createdAt: Date.parse(created_at),
    from: { address: from },
    to: to.map((address) => ({ address })),
    subject,
    messageId: message_id,
    tags,
    timeline: [],
  } satisfies AboutEmail
}

/** The event that a view of it was made from; what it does not have is absent. */
function eventFrom(item: EventItem): Event {
  const { created_at, recorded_at, email_id, recipient, tags: _, type, ...rest } = item
  const all = {
    ...rest,
    type: type satisfies EventType,
    at: Date.parse(created_at),
    recordedAt: Date.parse(recorded_at),
    emailId: email_id,
    address: recipient,
  }
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== null),
  ) as unknown as Event
}
