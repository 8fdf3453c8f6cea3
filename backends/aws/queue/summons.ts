import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { jsonIn } from '../../../mail/email/json.ts'
import { isPlainObject } from '../../../mail/settings/layers.ts'
import { sendAll } from './batches.ts'
import { unlessStale } from './stale.ts'

/**
 * What the queue of notices holds: that an endpoint is to be told one. The notice itself is in the
 * table.
 */
export interface Summons {
  readonly webhookId: string
  readonly id: string
  /** Counts how often the notice was put again by a person: only the last message tells it. */
  readonly round: number
}

/** A fair queue, in which each endpoint is a group. */
export interface SummonsQueue {
  put(summons: readonly Summons[]): Promise<void>
  /** What a message says; undefined when it is none of ours. */
  read(body: string): Summons | undefined
  /** Has SQS show a message again after so many seconds, at most 12 hours. */
  defer(receiptHandle: string, seconds: number): Promise<void>
}

/** 12 hours from when it was received, less what the function may have taken since. */
const longestDeferSeconds = 43_200 - 240

export function summonsQueue(sqs: () => SQSClient, QueueUrl: string): SummonsQueue {
  return {
    put: (some) =>
      sendAll(
        sqs(),
        QueueUrl,
        some.map((one) => ({
          body: JSON.stringify({ notice: one }),
          delaySeconds: 0,
          group: one.webhookId,
        })),
      ),
    read(body) {
      const said = jsonIn(body)
      const notice = isPlainObject(said) ? said['notice'] : undefined
      return isSummons(notice) ? notice : undefined
    },
    async defer(ReceiptHandle, seconds) {
      const VisibilityTimeout = Math.min(Math.max(0, Math.ceil(seconds)), longestDeferSeconds)
      const request = { QueueUrl, ReceiptHandle, VisibilityTimeout }
      await sqs().send(new ChangeMessageVisibilityCommand(request)).catch(unlessStale)
    },
  }
}

function isSummons(value: unknown): value is Summons {
  if (!isPlainObject(value)) return false
  const { webhookId, id, round } = value
  const isId = (one: unknown) => typeof one === 'string' && /^[0-9a-f-]{36}$/.test(one)
  return isId(webhookId) && isId(id) && typeof round === 'number'
}
