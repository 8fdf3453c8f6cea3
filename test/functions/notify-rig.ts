import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics } from '@aws-lambda-powertools/metrics'
import type { AwsBackend } from '../../backends/aws/index.ts'
import { notifier } from '../../functions/notify/notifier.ts'
import { newId } from '../../mail/email/id.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { Posted, Posting } from '../../mail/ports/web.ts'
import type { Webhook } from '../../mail/ports/webhooks.ts'
import type { EmulatedAws } from '../backends/aws/emulated.ts'
import type { VirtualAws } from '../backends/aws/places.ts'
import { aWebhook } from '../conformance/webhooks.ts'
import type { FakeMessage } from '../remote/fake-sqs.ts'
import { aRecord } from './sqs-record.ts'

export interface Told {
  readonly url: string
  readonly id: string
  readonly at: number
}

/** A notify function in an emulated AWS, and the endpoints that it tells. */
export interface NotifyRig extends VirtualAws {
  /** What endpoints were told, in order. */
  readonly told: Told[]
  /** What they answer. */
  answer: (url: string, posting: Posting) => Posted | Promise<Posted>
  /** Names and values of metrics. */
  readonly counted: string[]
  readonly logged: string[]
  hook(values?: Partial<Webhook>): Promise<Webhook>
  event(values?: Partial<Event>): Event
  /** Has so many events told of. */
  happen(count?: number): Promise<readonly Event[]>
  take(): FakeMessage[]
  /** An environment of the function deals with messages. */
  handle(messages: readonly FakeMessage[], remainingMs?: number): Promise<void>
  /** What is due, by tens, until nothing is. */
  drain(): Promise<void>
  /** Lets time pass, dealing with what becomes due. */
  live(ms: number, stepMs: number): Promise<void>
}

export const ok: Posted = { kind: 'answered', status: 200, text: 'ok' }

export async function notifyRig(aws: EmulatedAws): Promise<NotifyRig> {
  const virtual = await aws.virtual({ visibilitySeconds: 240 })
  const { clock, sqs, place, backend } = virtual
  const url = place.notifyQueueUrl
  let made = 0

  const rig: NotifyRig = {
    ...virtual,
    told: [],
    answer: () => ok,
    counted: [],
    logged: [],
    async hook(values) {
      const webhook = aWebhook({ id: newId(clock.now()), createdAt: clock.now(), ...values })
      await backend.webhooks.create(webhook)
      await clock.advance(10_000)
      return webhook
    },
    event(values) {
      const at = clock.now()
      const recordedAt = at
      made += 1
      return {
        ...{ id: newId(at), type: 'email.delivered', project: 'default', at, recordedAt },
        ...{ source: 'postern', address: `ann${made}@there.test`, ...values },
      }
    },
    async happen(count = 1) {
      const events = Array.from({ length: count }, () => rig.event())
      await Promise.all(events.map((event) => backend.events.record(event)))
      return events
    },
    take: () => sqs.receive(url),
    async handle(messages, remainingMs = 180_000) {
      const tell = notifier({ backend: posting(rig), ...printing(rig), random: () => 0.5 })
      const Records = messages.map(({ id, body, receipt, sentAt, receives }) =>
        aRecord(body, { messageId: id, receiptHandle: receipt, sentAt, receives }),
      )
      const results = await tell({ Records }, remainingMs)
      messages.forEach(({ receipt }, n) => {
        if (results[n]!.status === 'fulfilled') sqs.remove(url, receipt)
      })
    },
    async drain() {
      for (let some = rig.take(); some.length > 0; some = rig.take()) await rig.handle(some)
    },
    async live(ms, stepMs) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.advance(stepMs)
        await rig.drain()
      }
    },
  }
  return rig
}

function posting(rig: NotifyRig): AwsBackend {
  const { backend, clock } = rig
  return {
    ...backend,
    web: {
      ...backend.web,
      async post(url, posting) {
        const { headers } = posting
        rig.told.push({
          url,
          id: headers['webhook-id']?.replace('msg_', '') ?? '',
          at: clock.now(),
        })
        return rig.answer(url, posting)
      },
    },
  }
}

function printing({ counted, logged }: NotifyRig) {
  const logger = new Logger({ serviceName: 'postern' })
  const metrics = new Metrics({ namespace: 'Postern/test', serviceName: 'postern' })
  const add = metrics.addMetric.bind(metrics)
  metrics.addMetric = (name, unit, value) => {
    counted.push(`${name} ${value}`)
    return add(name, unit, value)
  }
  const print = (line: string) => logged.push(line)
  for (const one of [logger, metrics] as unknown as { console: object }[])
    one.console = { ...console, log: print, info: print, warn: print, error: print }
  return { logger, metrics }
}
