import type { Logger } from '@aws-lambda-powertools/logger'
import type { Metrics } from '@aws-lambda-powertools/metrics'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { metricNames } from '../../mail/email/metric-names.ts'
import type { AwsBackend } from '../../backends/aws/index.ts'
import { defaultProject } from '../../mail/email/project.ts'
import type { Signal } from '../../mail/email/signal.ts'
import { receive, type Receipt } from '../../mail/report/receive.ts'
import { withOrigin, type ProviderList } from '../../mail/suppress/provider-list.ts'
import { troubleDelayMs } from '../../mail/retry.ts'
import { tally } from '../send/tally.ts'
import { troubleHere } from '../trouble-here.ts'
import { readMessage } from './read-message.ts'

export interface ReporterOptions {
  readonly backend: Pick<
    AwsBackend,
    'emails' | 'suppressions' | 'events' | 'reputation' | 'commit' | 'clock' | 'feedbackInbox'
  >
  /** Why Amazon SES has an address on its own list. */
  readonly reasonOf: ProviderList['reasonOf']
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What the feedback function does, wherever its parts are. */
export function reporter({ backend, reasonOf, logger, metrics }: ReporterOptions) {
  const { feedbackInbox: inbox, clock } = backend
  const counts = tally(metrics)

  /** Each for itself: one of several that has to wait lets none of the others wait. */
  async function dealWith({ body }: SQSRecord): Promise<Receipt> {
    const event = readMessage(body)
    if (event.kind === 'unreadable') {
      await inbox.bury(body, event.reason)
      counts.count(metricNames.feedbackRefused)
      logger.warn('feedback refused', { reason: event.reason })
      return done
    }
    if (event.kind === 'foreign') counts.count(metricNames.feedbackForeign)
    const signals = event.kind === 'foreign' ? [] : event.signals
    const receipts: Receipt[] = []
    for (const signal of signals) receipts.push(await report(signal))
    return receipts.find(({ kind }) => kind === 'defer') ?? done
  }

  async function report(signal: Signal): Promise<Receipt> {
    const receipt = await receive(backend, await withOrigin(signal, reasonOf))
    if (receipt.kind === 'done') note(receipt)
    return receipt
  }

  function note({ about, told }: Receipt & { kind: 'done' }) {
    if (about === 'nothing') counts.count(metricNames.feedbackForeign)
    if (!told) return
    const { type: Event, project } = told
    counts.count(metricNames.told, { Event })
    if (project !== defaultProject) counts.count(metricNames.told, { Project: project, Event })
  }

  /** Rejects when SQS is to show the message again. */
  async function handleOne(record: SQSRecord) {
    const receipt = await dealWith(record).catch((error: unknown): Receipt => {
      logger.error('signal failed', troubleHere(error))
      const waitedMs = clock.now() - Number(record.attributes.SentTimestamp)
      return { kind: 'defer', seconds: troubleDelayMs(waitedMs) / 1_000 }
    })
    if (receipt.kind === 'done') return
    const seconds = Math.ceil(receipt.seconds)
    await inbox
      .defer(record.receiptHandle, seconds)
      .catch((error: unknown) => logger.error('signal failed', troubleHere(error)))
    throw new Error('deferred')
  }

  return async ({ Records }: SQSEvent): Promise<PromiseSettledResult<void>[]> => {
    const results = await Promise.allSettled(Records.map(handleOne))
    counts.write()
    return results
  }
}

const done: Receipt = { kind: 'done', about: 'email' }
