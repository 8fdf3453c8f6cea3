import { onTestFinished } from 'vitest'
import { openWeb } from '../../../backends/web/index.ts'
import type { Email } from '../../../mail/email/email.ts'
import { idOf } from '../../../mail/email/id.ts'
import { notify, type Notified } from '../../../mail/notify/notify.ts'
import type { Event } from '../../../mail/ports/events.ts'
import type { Notice } from '../../../mail/ports/notices.ts'
import type { Webhook } from '../../../mail/ports/webhooks.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { aWebhook } from '../../conformance/webhooks.ts'
import { webSite } from '../../remote/web-site.ts'
import { temporaryBackend } from '../../backends/local/temporary.ts'

/** What an endpoint was sent. */
export interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

/** A backend on SQLite, and an endpoint in the internet that answers what the test says. */
export async function openTold() {
  const { backend, clock, close, path } = temporaryBackend()
  const site = await webSite()
  const received: Received[] = []
  /** Status, headers and text of the next answers; the last one stays. */
  const answers: [number, Record<string, string>?, string?][] = [[200]]
  onTestFinished(async () => {
    close()
    await site.close()
  })
  site.answer = (request, answer) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body })
      const [status, headers = {}, text = ''] = answers.length > 1 ? answers.shift()! : answers[0]!
      answer.writeHead(status, headers).end(text)
    })
  }
  const web = openWeb(site.options)
  const notifying = { ...backend, web, random: () => 0.5 }
  let told = 0

  async function endpoint(values: Partial<Webhook> = {}): Promise<Webhook> {
    const webhook = aWebhook(values)
    await backend.webhooks.create(webhook)
    return webhook
  }

  async function event(values: Partial<Event> = {}, email?: Partial<Email>): Promise<Event> {
    const of = anEmail({ from: { address: 'ann@own.test', name: 'Ann' }, ...email })
    await backend.emails.create(of)
    const now = clock.now()
    const made: Event = {
      id: idOf(`told ${(told += 1)}`, now),
      type: 'email.delivered',
      project: of.project,
      at: now - 60_000,
      recordedAt: now,
      source: 'ses',
      emailId: of.id,
      address: 'bob@there.test',
      ...values,
    }
    await backend.events.record(made)
    return made
  }

  const due = ({ id }: Webhook) => backend.notices.due(id, clock.now(), 100)

  /** Tells an endpoint once of the first that is due. */
  async function tell({ id }: Webhook, most = 1): Promise<Notified | undefined> {
    const webhook = await backend.webhooks.get(id, '*')
    const some = due(webhook!).slice(0, most)
    return some.length > 0 ? notify(notifying, webhook!, some) : undefined
  }

  const notice = async (webhook: Webhook, { id }: Event): Promise<Notice> =>
    (await backend.notices.get(webhook.id, id))!

  return {
    backend,
    clock,
    path,
    site,
    web,
    notifying,
    received,
    answers,
    endpoint,
    event,
    due,
    tell,
    notice,
  }
}

export type Told = Awaited<ReturnType<typeof openTold>>
