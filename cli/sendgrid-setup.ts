import { apiUrlsOf } from '../machine/environment.ts'
import { exitCodes, Failure, usage } from '../machine/failure.ts'
import { isPlainObject } from '../mail/settings/layers.ts'
import type { Client } from './client.ts'
import { plainLine } from './plain-text.ts'
import { withValue } from './settings-edit.ts'
import { readSettings, save } from './settings-save.ts'
import type { Terminal } from './terminal.ts'

export interface SendGridSetup {
  readonly id: string
  readonly url: string
  readonly public_key: string
}

const hosts = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' }

/** What SendGrid tells; the rest (opens, clicks) is for who wants it. */
const events = [
  ...['processed', 'delivered', 'deferred', 'bounce', 'dropped', 'spam_report'],
  ...['unsubscribe', 'group_unsubscribe', 'group_resubscribe'],
]

/**
 * Has SendGrid tell this Postern what becomes of emails, signed, and saves the key of the signature.
 *
 * @param base where SendGrid reaches this Postern
 * @param key of SendGrid, that may change webhooks; it is kept nowhere
 * @throws Failure with the steps for a person where the key may not
 */
export async function setUpSendGrid(
  client: Client,
  { env }: Terminal,
  { base, key }: { readonly base: string; readonly key: string },
): Promise<SendGridSetup> {
  const url = `${base.replace(/\/+$/, '')}/v1/feedback/sendgrid`
  if (!/^https:\/\/[^/]/i.test(url)) throw usage('SendGrid needs an https address: --postern <url>')
  const { settings } = await readSettings(client)
  const { region } = (settings as { sendgrid: { region: keyof typeof hosts } }).sendgrid
  const own = env['POSTERN_API_URLS'] ? apiUrlsOf(env['POSTERN_API_URLS']) : undefined
  const ask = sendGridCalls(own?.sendgrid ?? hosts[region], key, url)
  const wish = { enabled: true, url, friendly_name: 'Postern' }
  const chosen = Object.fromEntries(events.map((name) => [name, true]))
  const path = '/v3/user/webhooks/event/settings'
  const { id } = await ask('POST', path, { ...wish, ...chosen })
  const { public_key } = await ask('PATCH', `${path}/signed/${id}`, { enabled: true })
  if (!id || !public_key) throw byHand('SendGrid gave no key', url)
  const place = ['feedback', 'sendgrid', 'publicKey']
  await save(client, { change: (saved) => withValue(saved, place, public_key) })
  return { id, url, public_key }
}

type Answer = Readonly<Record<string, string | undefined>>

function sendGridCalls(base: string, key: string, url: string) {
  return async (method: string, path: string, body: object): Promise<Answer> => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    }).catch((cause: unknown) => {
      throw new Failure(exitCodes.unreachable, `cannot reach SendGrid at ${base}`, { cause })
    })
    const said: unknown = await answer.json().catch(() => undefined)
    if (answer.ok && isPlainObject(said)) return said as Answer
    throw byHand(`SendGrid answers ${answer.status}${wordsOf(said)}`, url)
  }
}

const answerMs = 30_000

function wordsOf(said: unknown): string {
  const errors = isPlainObject(said) ? said['errors'] : undefined
  const [first] = Array.isArray(errors) ? (errors as unknown[]) : []
  const message = isPlainObject(first) ? first['message'] : undefined
  return typeof message === 'string' ? `: ${plainLine(message)}` : ''
}

function byHand(why: string, url: string): Failure {
  return new Failure(
    exitCodes.no,
    `${why}

Do it by hand, at SendGrid: Settings, Mail Settings, Event Webhooks, Create new webhook
  1. Post URL: ${url}
  2. Actions to be posted: all under Deliverability Data, and spam reports and unsubscribes
  3. Security features: Signed Event Webhook on; save, and copy the verification key
  4. postern settings set feedback.sendgrid.publicKey=<verification key>`,
  )
}
