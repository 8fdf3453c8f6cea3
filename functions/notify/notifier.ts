import type { Logger } from '@aws-lambda-powertools/logger'
import type { Metrics } from '@aws-lambda-powertools/metrics'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { metricNames } from '../../mail/email/metric-names.ts'
import type { AwsBackend } from '../../backends/aws/index.ts'
import type { Summons } from '../../backends/aws/queue/summons.ts'
import type { Notice, NoticeChange } from '../../mail/ports/notices.ts'
import { troubleDelayMs } from '../../mail/retry.ts'
import { told, type Told } from '../../mail/told.ts'
import { tally } from '../send/tally.ts'
import { toldTo } from '../told-to.ts'
import { troubleHere } from '../trouble-here.ts'
import { tellEndpoint, type Letter, type Waits } from './tell-endpoint.ts'

export interface NotifierOptions {
  readonly backend: AwsBackend
  readonly logger: Logger
  readonly metrics: Metrics
  /** From 0 to below 1: what jitter is made from. */
  readonly random: () => number
}

/** What the notify function does, wherever its parts are. */
export function notifier({ logger, metrics, random, ...options }: NotifierOptions) {
  const counts = tally(metrics)
  const backend = observed(told(options.backend, note), noteNotice)
  const { summons, clock } = backend

  function note(line: Told) {
    if (line.what === 'webhook disabled') counts.count(metricNames.webhooksDisabled)
    toldTo(logger)(line)
  }

  function noteNotice({ webhookId: webhook, id }: Notice, { state, tries }: NoticeChange) {
    counts.count(metricNames.notices, { State: state })
    if (state === 'delivered') return
    const { status } = tries.at(-1) ?? {}
    logger.info('notice not taken', { webhook, id, state, status })
  }

  function noteTrouble(error: unknown) {
    counts.count(metricNames.noticeFailed)
    logger.error('notice failed', troubleHere(error))
  }

  /** Each endpoint for itself: what fails with one comes again, and touches no other. */
  async function tellAll(letters: readonly Letter[], remainingMs: number): Promise<Waits> {
    const endsAt = clock.now() + remainingMs
    const groups = Map.groupBy(letters, ({ summons: { webhookId } }) => webhookId)
    const waits = [...groups.values()].map((own) =>
      tellEndpoint({ backend, random, endsAt }, own).catch((error: unknown) => {
        noteTrouble(error)
        return new Map(own.map((letter) => [letter, troubleDelayMs(letter.waitedMs)] as const))
      }),
    )
    return new Map((await Promise.all(waits)).flatMap((own) => [...own]))
  }

  /** Rejects when SQS is to show the message again. */
  async function comeAgain({ receiptHandle }: SQSRecord, ms: number): Promise<never> {
    await summons.defer(receiptHandle, ms / 1_000).catch(noteTrouble)
    throw new Error('deferred')
  }

  return async (
    { Records }: SQSEvent,
    remainingMs: number,
  ): Promise<PromiseSettledResult<void>[]> => {
    const letters = Records.map((record) => letterIn(record, summons.read(record.body)))
    const waits = await tellAll(
      letters.filter((one) => one !== undefined),
      remainingMs,
    )
    const results = await Promise.allSettled(
      Records.map(async (record, n) => {
        const letter = letters[n]
        const ms = letter ? waits.get(letter) : unreadableMs
        if (!letter) noteTrouble(new Error('a message of the queue of notices cannot be read'))
        if (ms !== undefined) await comeAgain(record, ms)
      }),
    )
    counts.write()
    return results
  }

  function letterIn({ attributes }: SQSRecord, said: Summons | undefined): Letter | undefined {
    return said && { summons: said, waitedMs: clock.now() - Number(attributes.SentTimestamp) }
  }
}

/** What a newer version has put is left to it; what no version can read ends among the dead letters. */
const unreadableMs = 900_000

/** The same backend, saying what became of each notice. */
function observed(
  backend: AwsBackend,
  onSettled: (notice: Notice, change: NoticeChange) => void,
): AwsBackend {
  return {
    ...backend,
    notices: {
      ...backend.notices,
      async settle(notice, change) {
        await backend.notices.settle(notice, change)
        onSettled(notice, change)
      },
    },
  }
}
