import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { Disposition } from '../../mail/deliver/disposition.ts'
import { patienceMs, troubleDelayMs } from '../../mail/retry.ts'
import type { Admitted } from './admission.ts'
import { during, type Invocation, type InvocationStop } from './invocation.ts'

export interface BatchOptions extends Invocation {
  readonly admitted: Admitted
  readonly handle: (record: SQSRecord, stop: InvocationStop) => Promise<Disposition>
  /** Has SQS show the message again after so many seconds. */
  readonly defer: (receiptHandle: string, seconds: number) => Promise<void>
  /** Puts away for good what failed for days. */
  readonly bury: (record: SQSRecord, reason: string) => Promise<void>
  /** Called with each message that SQS is to show again. */
  readonly onDeferred: (record: SQSRecord) => void
  /** Called with each failure that is no email's outcome. */
  readonly onError: (error: unknown) => void
}

/** SQS hides a message for 12 hours at most, counted from when it was received. */
const longestDeferral = 43_000

/** What waits for its turn under a rate comes back within so many seconds, not all at once. */
const turnSeconds = { least: 1, most: 5 }

/**
 * SQS shows a message 500 times. What has come often without its turn comes less often, by so many
 * seconds for each time: at most 420 times in 72 hours, however small its share is.
 */
const oftenShown = { from: 20, secondsEach: 3 }

/**
 * Deals with the messages of one batch, all at the same time. One that fails does not touch the
 * others, and nothing is left running when this resolves.
 *
 * @returns for each message whether it is done with, as `sqsPartialBatchFailure` wants it
 */
export function handleBatch(
  { Records }: SQSEvent,
  options: BatchOptions,
): Promise<PromiseSettledResult<void>[]> {
  return during({ ...options, yields: !options.admitted.isShared }, (stop) =>
    Promise.allSettled(Records.map((record) => handleOne(record, stop, options))),
  )
}

/** Rejects when SQS is to show the message again. */
async function handleOne(record: SQSRecord, stop: InvocationStop, options: BatchOptions) {
  const { admitted, handle, defer, onDeferred, onError } = options
  const disposition = admitted.isIn(record)
    ? await handle(record, stop).catch((error: unknown) => {
        onError(error)
        return afterTrouble(record, options)
      })
    : notItsTurn(record)
  if (disposition.kind === 'acknowledge') return
  onDeferred(record)
  await defer(record.receiptHandle, secondsOf(disposition)).catch(onError)
  throw new Error('deferred')
}

function notItsTurn({ attributes }: SQSRecord): Disposition {
  const shown = Number(attributes.ApproximateReceiveCount)
  const seconds = shown < oftenShown.from ? 0 : shown * oftenShown.secondsEach
  return { kind: 'defer', seconds }
}

function secondsOf({ seconds }: Disposition & { kind: 'defer' }): number {
  const { least, most } = turnSeconds
  const wanted = seconds >= least ? seconds : least + Math.random() * (most - least)
  return Math.min(Math.ceil(wanted), longestDeferral)
}

async function afterTrouble(record: SQSRecord, options: BatchOptions): Promise<Disposition> {
  const { clock, bury, onError } = options
  const waitedMs = clock.now() - Number(record.attributes.SentTimestamp)
  const seconds = troubleDelayMs(waitedMs) / 1_000
  if (waitedMs < patienceMs) return { kind: 'defer', seconds }
  return bury(record, 'it failed for three days; the log of the send function says more').then(
    () => ({ kind: 'acknowledge' }),
    (error: unknown) => {
      onError(error)
      return { kind: 'defer', seconds }
    },
  )
}
