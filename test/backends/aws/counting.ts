import { makeApiKey } from '../../../mail/keys/api-keys.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { startEmulator } from '../../remote/aws-emulator.ts'
import { openVirtual } from './places.ts'
import { unitsOf } from './units.ts'
import { wholeAws, type WholeAws } from './whole.ts'

/** What emails cost in calls and units, each with the number of emails that it was counted over. */
export interface Counts {
  readonly emails: number
  readonly writeUnits: number
  readonly readUnits: number
  /** The largest item that was written. */
  readonly itemBytes: number
  /** Requests of 64 KB each: putting, and what the event source mapping takes and deletes. */
  readonly sqsRequests: number
  readonly s3Calls: number
  readonly ssmCalls: number
  /** What the send function writes into its log. */
  readonly logBytes: number
  /** All calls of the SDK, by operation. */
  readonly calls: Readonly<Record<string, number>>
}

/** A plain email: 5 KB of text, one recipient, no idempotency key, sent at the first attempt. */
export const plainEmail: Partial<EmailRequest> = {
  from: { address: 'no-reply@example.com', name: 'Example Shop' },
  to: [{ address: 'margaret.hamilton@customer.example', name: 'Margaret Hamilton' }],
  subject: 'Your order 2026-11-4711 is on its way to you',
  content: {
    kind: 'structured',
    text: 'A line of a letter.\n'.repeat(256),
    headers: {},
    attachments: [],
  },
}

/** Accepts ten emails one by one, and has the send function take them in one batch. */
export async function countBatchOfTen(email = plainEmail): Promise<Counts> {
  const emulator = await startEmulator()
  const printed: string[] = []
  const whole = await wholeAws(await openVirtual(emulator.endpoint), (line) => printed.push(line))
  try {
    return await count(whole, email, printed)
  } finally {
    await whole.close()
    await emulator.stop()
  }
}

async function count(
  whole: WholeAws,
  email: Partial<EmailRequest>,
  printed: string[],
): Promise<Counts> {
  const emails = 10
  // Both functions are warm: they have read the settings, and have a connection.
  await whole.accept(email)
  await whole.drain()
  const { key } = makeApiKey(
    { name: 'a', permission: 'full_access', project: '*', capture: false },
    0,
  )
  await whole.backend.keys.create(key)
  const { calls } = whole.front
  calls.length = 0
  printed.length = 0
  for (let i = 0; i < emails; i++) {
    // Whose key it is, as the API asks before it accepts.
    await whole.backend.keys.findByHash(key.hash)
    await whole.accept(email)
  }
  const messages = whole.take(emails)
  const done = await whole.send(messages)
  if (done.length !== emails) throw new Error('not all of them were sent at the first attempt')
  const { write, read, largest } = unitsOf(calls)
  const taken = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
  const of = (service: string) => calls.filter((call) => call.service === service)
  const puts = of('sqs').reduce((sum, { body }) => sum + chunks(body.byteLength), 0)
  return {
    emails,
    writeUnits: write,
    readUnits: read,
    itemBytes: largest,
    // One receive and one delete of the whole batch.
    sqsRequests: puts + chunks(taken) + 1,
    s3Calls: of('s3').length,
    ssmCalls: of('ssm').length,
    logBytes: printed.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    calls: tallied(calls.map(({ service, operation }) => `${service} ${operation}`)),
  }
}

/** SQS bills each 64 KB. */
function chunks(bytes: number): number {
  return Math.ceil(bytes / 65_536)
}

function tallied(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
