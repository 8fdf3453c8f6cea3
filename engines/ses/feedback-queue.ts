import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Signals } from '../../mail/ports/signals.ts'
import { readSesEvent } from './events.ts'

export interface FeedbackQueueOptions {
  readonly queueUrl: string
  readonly signals: Signals
  readonly clock: Clock
  /** Called with each failure; it goes on a little later. */
  readonly onError: (error: unknown) => void
  /** Called with the reason why a message cannot be read. */
  readonly onRefused: (reason: string) => void
}

/** Longest that SQS lets a request wait, in seconds, and most messages that it then gives. */
const longestWait = 20
const mostMessages = 10

/** After a failure it rests for so long, in milliseconds. */
const restMs = 10_000

/**
 * Takes what Amazon SES tells off the queue that its events come by. A message is removed once its
 * signals are on disk here; one that cannot be read stays, and SQS puts it among the dead letters
 * in the end.
 */
export function pollFeedback(options: FeedbackQueueOptions): { stop(): Promise<void> } {
  const { queueUrl: QueueUrl, signals, clock, onError, onRefused } = options
  const client = new SQSClient(regionIn(QueueUrl))
  const stopping = new AbortController()

  async function run() {
    while (!stopping.signal.aborted)
      await takeSome().catch(async (error: unknown) => {
        if (stopping.signal.aborted) return
        onError(error)
        await clock.until(clock.now() + restMs, stopping.signal)
      })
    client.destroy()
  }

  async function takeSome() {
    const request = { QueueUrl, WaitTimeSeconds: longestWait, MaxNumberOfMessages: mostMessages }
    const abortSignal = stopping.signal
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(request), { abortSignal })
    const read = Messages.filter(isRead)
    const told = read.flatMap(({ Body = '' }) => signalsIn(Body))
    if (told.length > 0) await signals.put(told)
    if (read.length === 0) return
    const Entries = read.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }

  function isRead({ Body = '' }: Message): boolean {
    const event = readSesEvent(Body)
    if (event.kind === 'unreadable') onRefused(event.reason)
    return event.kind !== 'unreadable'
  }

  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}

function signalsIn(body: string) {
  const event = readSesEvent(body)
  return event.kind === 'signals' ? event.signals : []
}

/** SQS is asked in the Region of its queue, whatever that of everything else is. */
function regionIn(queueUrl: string): { region?: string } {
  const [, region] = /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(queueUrl) ?? []
  return region === undefined ? {} : { region }
}
