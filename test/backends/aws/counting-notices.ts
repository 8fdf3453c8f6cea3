import { notifier } from '../../../functions/notify/notifier.ts'
import { reporter } from '../../../functions/feedback/reporter.ts'
import { aRecord } from '../../functions/sqs-record.ts'
import { aWebhook } from '../../conformance/webhooks.ts'
import { startEmulator } from '../../remote/aws-emulator.ts'
import { eventOf, isCounted, printing } from './counting-feedback.ts'
import type { Counts } from './counting.ts'
import { openVirtual } from './places.ts'
import { unitsOf } from './units.ts'
import { wholeAws, type WholeAws } from './whole.ts'

/** What telling one endpoint costs on top of writing events down. */
export interface NoticeCounts extends Pick<Counts, 'writeUnits' | 'readUnits' | 'logBytes'> {
  readonly events: number
  /** Messages put. */
  readonly sqsRequests: number
}

const events = 10

/** Has ten deliveries written down without a webhook, and ten with one that is told of them. */
export async function countNoticesOfTen(): Promise<NoticeCounts> {
  const emulator = await startEmulator()
  const whole = await wholeAws(await openVirtual(emulator.endpoint))
  try {
    return await count(whole)
  } finally {
    await whole.close()
    await emulator.stop()
  }
}

async function count(whole: WholeAws): Promise<NoticeCounts> {
  const { backend, clock, front, sqs, place } = whole
  const printed: string[] = []
  const report = reporter({ backend, reasonOf: async () => undefined, ...printing([]) })
  const used = () => unitsOf(front.calls.filter(isCounted))

  /** Read and write units of ten deliveries, and of what `more` does. */
  async function unitsOfTen(more: () => Promise<void>) {
    const bodies = await sentTen(whole)
    const before = used()
    const Records = bodies.map((body) => aRecord(body, { sentAt: clock.now() }))
    const results = await report({ Records })
    if (results.some(({ status }) => status !== 'fulfilled')) throw new Error('one had to wait')
    await more()
    const after = used()
    return { write: after.write - before.write, read: after.read - before.read }
  }

  // Warm, as the send function of countBatchOfTen.
  await unitsOfTen(async () => undefined)
  const without = await unitsOfTen(async () => undefined)
  await backend.webhooks.create(aWebhook())
  await clock.advance(10_000)
  let sqsRequests = 0
  const told = await unitsOfTen(async () => {
    const messages = sqs.receive(place.notifyQueueUrl)
    if (messages.length !== events) throw new Error('not all of them are to be told')
    sqsRequests = messages.length
    const web = { ...backend.web, post: async () => taken }
    const tell = notifier({ backend: { ...backend, web }, ...printing(printed), random: () => 0 })
    const Records = messages.map(({ body, sentAt }) => aRecord(body, { sentAt }))
    const results = await tell({ Records }, 180_000)
    if (results.some(({ status }) => status !== 'fulfilled')) throw new Error('one was not told')
  })
  const logBytes = printed.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
  return {
    events,
    writeUnits: told.write - without.write,
    readUnits: told.read - without.read,
    sqsRequests,
    logBytes,
  }
}

const taken = { kind: 'answered', status: 200, text: 'ok' } as const

/** What SES tells of ten emails. */
async function sentTen(whole: WholeAws): Promise<readonly string[]> {
  const addresses = Array.from(
    { length: events },
    (_, n) => `${n}margaret.hamilton@customer.example`,
  )
  const ids: string[] = []
  for (const address of addresses) ids.push(await whole.accept({ to: [{ address }] }))
  await whole.drain()
  const at = new Date(whole.clock.now() + 1_000).toISOString()
  return ids.map((id, n) => eventOf('Delivery', { id, at, address: addresses[n]! }))
}
