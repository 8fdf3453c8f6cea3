import { generateKeyPairSync, sign } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { envelopeOf, soakEmail } from '../soak/email.ts'
import type { ProducerEntry, SinkEntry } from '../soak/entries.ts'

/** Who says that what the mail server took came back from each recipient, in one batch like SendGrid's. */
interface Provider {
  /** The settings with which Postern believes it. */
  readonly settings: object
  /** Posts the batch, the same whenever it is asked to; whether it was taken. */
  tell(url: string): Promise<boolean>
  /** Whether it was taken at least once: then no provider would tell it again. */
  isTaken(): boolean
  /** What is wrong with what came of the batch in words; of a Postern that does not run. */
  faultsIn(directory: string): string[]
}

export function openProvider(
  seed: number,
  produced: readonly ProducerEntry[],
  sunk: readonly SinkEntry[],
): Provider {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const timestamp = String(Math.floor(Date.now() / 1_000))

  /** What it has not taken it knows nothing of: such an email may be held, in doubt. */
  function events() {
    const taken = new Set(sunk.flatMap((entry) => (entry.what === 'stored' ? entry.to : [])))
    const acknowledged = produced.filter(({ what }) => what === 'ack')
    const ids = new Map(acknowledged.map((entry) => [entry.n, (entry as { id: string }).id]))
    return [...ids].flatMap(([n, id]) =>
      envelopeOf(soakEmail(seed, n))
        .filter((email) => taken.has(email))
        .map((email) => ({
          ...{ event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 5.1.1 unknown' },
          ...{ email, postern_id: id, sg_event_id: email, timestamp: Number(timestamp) },
        })),
    )
  }

  let batch: ReturnType<typeof events> | undefined
  let isTaken = false

  return {
    isTaken: () => isTaken,
    settings: { feedback: { sendgrid: { publicKey: spki } } },
    async tell(url) {
      batch ??= events()
      const body = JSON.stringify(batch)
      const signature = sign('sha256', Buffer.from(timestamp + body), privateKey)
      const headers = {
        'X-Twilio-Email-Event-Webhook-Signature': signature.toString('base64'),
        'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
      }
      const asked = { method: 'POST', body, headers }
      const answer = await fetch(`${url}/v1/feedback/sendgrid`, asked).catch(() => undefined)
      isTaken ||= answer?.status === 200
      return answer?.status === 200
    },
    faultsIn(directory) {
      return faultsAfter(directory, batch?.length ?? 0)
    },
  }
}

/** Each signal was to have each effect once; all of them stand in the database. */
const effects: Readonly<Record<string, string>> = {
  'recipients that bounced': `SELECT count(*) AS n FROM emails, json_each(emails.recipients)
    WHERE json_each.value ->> 'state' = 'bounced'`,
  bounces: `SELECT count(*) AS n FROM events WHERE type = 'email.bounced'`,
  'bounces counted': `SELECT total(events) AS n FROM told_hours WHERE type = 'email.bounced'`,
  'suppressions told': `SELECT count(*) AS n FROM events WHERE type = 'suppression.added'`,
  'addresses suppressed': `SELECT count(*) AS n FROM suppressions WHERE reasons = 'bounce'`,
  'lines of history': 'SELECT total(json_array_length(history)) AS n FROM suppressions',
}

function faultsAfter(directory: string, signals: number): string[] {
  const database = new DatabaseSync(join(directory, 'postern.sqlite'), { readOnly: true })
  const count = (text: string) => Number(database.prepare(text).get()!['n'])
  try {
    const waiting = count('SELECT count(*) AS n FROM signals')
    return [
      ...(waiting > 0 ? [`${waiting} signals still wait`] : []),
      ...Object.entries(effects)
        .map(([what, text]) => ({ what, found: count(text) }))
        .filter(({ found }) => found !== signals)
        .map(({ what, found }) => `${what}: ${found} for ${signals} signals`),
    ]
  } finally {
    database.close()
  }
}
