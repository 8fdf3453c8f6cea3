import type { SQSClient } from '@aws-sdk/client-sqs'
import { jsonIn } from '../../../mail/email/json.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import type { Signals } from '../../../mail/ports/signals.ts'
import { isPlainObject } from '../../../mail/settings/layers.ts'
import { sendAll } from './batches.ts'

/** Signals of our own on the queue that Amazon SES's events come by. */
export function sqsSignals(sqs: () => SQSClient, queueUrl: string): Signals {
  return {
    put: (signals) =>
      sendAll(
        sqs(),
        queueUrl,
        signals.map((signal) => ({
          body: JSON.stringify({ postern: { signal } }),
          delaySeconds: 0,
        })),
      ),
  }
}

/** The signal that we put there; undefined for what Amazon SES did. */
export function signalIn(body: string): Signal | undefined {
  const said = jsonIn(body)
  const ours = isPlainObject(said) ? said['postern'] : undefined
  return isPlainObject(ours) ? (ours['signal'] as Signal) : undefined
}
