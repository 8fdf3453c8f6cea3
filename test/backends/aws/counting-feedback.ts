import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { reporter } from '../../../functions/feedback/reporter.ts'
import { aRecord } from '../../functions/sqs-record.ts'
import type { AwsCall } from '../../remote/aws-front.ts'
import { startEmulator } from '../../remote/aws-emulator.ts'
import type { Counts } from './counting.ts'
import { openVirtual } from './places.ts'
import { unitsOf } from './units.ts'
import { wholeAws } from './whole.ts'

/** What feedback costs in units, with the number of events that it was counted over. */
export interface FeedbackCounts extends Pick<Counts, 'writeUnits' | 'readUnits' | 'logBytes'> {
  readonly events: number
}

const address = 'margaret.hamilton@customer.example'

/** Has the feedback function write down ten events of Amazon SES in one batch, each of another email. */
export async function countFeedbackOfTen(kind: 'Delivery' | 'Bounce'): Promise<FeedbackCounts> {
  const emulator = await startEmulator()
  const printed: string[] = []
  const whole = await wholeAws(await openVirtual(emulator.endpoint))
  try {
    const { backend, clock, front } = whole
    const at = new Date(clock.now() + 1_000).toISOString()
    const ids = []
    for (let n = 0; n < 11; n++)
      ids.push(await whole.accept({ to: [{ address: `${n}${address}` }] }))
    await whole.drain()
    const bodies = ids.map((id, n) => eventOf(kind, { id, at, address: `${n}${address}` }))
    const report = reporter({ backend, reasonOf: async () => undefined, ...printing(printed) })
    const batchOf = (some: readonly string[]) => ({
      Records: some.map((body) => aRecord(body, { sentAt: clock.now() })),
    })
    // Warm, as the send function of countBatchOfTen.
    await report(batchOf(bodies.slice(0, 1)))
    // All calls count: what a write changes of an index is known from the one before.
    const before = unitsOf(front.calls.filter(isCounted))
    printed.length = 0
    const results = await report(batchOf(bodies.slice(1)))
    if (results.some(({ status }) => status !== 'fulfilled')) throw new Error('one had to wait')
    const after = unitsOf(front.calls.filter(isCounted))
    const logBytes = printed.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
    return {
      events: 10,
      writeUnits: after.write - before.write + 1,
      readUnits: after.read - before.read,
      logBytes,
    }
  } finally {
    await whole.close()
    await emulator.stop()
  }
}

/**
 * All but the entries of the order of events: those told within some milliseconds share one, which
 * an emulator is too slow for. One is added for the batch.
 */
export function isCounted({ operation, input }: AwsCall): boolean {
  const { p } = (input['Item'] ?? {}) as { p?: { S: string } }
  return operation !== 'PutItem' || !p?.S.startsWith('j#')
}

interface Facts {
  readonly id: string
  readonly at: string
  readonly address: string
}

/** As SES publishes it through SNS with raw delivery. */
export function eventOf(kind: 'Delivery' | 'Bounce', { id, at, address }: Facts): string {
  const mail = {
    messageId: `ses-${id}`,
    timestamp: at,
    destination: [address],
    tags: { postern_id: [id] },
  }
  const delivery = {
    timestamp: at,
    recipients: [address],
    smtpResponse: '250 2.0.0 OK  1700000000 a1b2',
  }
  const bounce = {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    feedbackId: `fb-${id}`,
    timestamp: at,
    bouncedRecipients: [
      {
        emailAddress: address,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      },
    ],
  }
  return JSON.stringify({
    eventType: kind,
    mail,
    ...(kind === 'Delivery' ? { delivery } : { bounce }),
  })
}

export function printing(printed: string[]) {
  const logger = new Logger({ serviceName: 'postern' })
  const metrics = new Metrics({ namespace: 'Postern/test', serviceName: 'postern' })
  const print = (line: string) => printed.push(line)
  for (const one of [logger, metrics] as unknown as { console: object }[])
    one.console = { ...console, log: print, info: print, warn: print, error: print }
  return { logger, metrics }
}
