import type { FeedbackCounts } from '../test/backends/aws/counting-feedback.ts'
import type { NoticeCounts } from '../test/backends/aws/counting-notices.ts'
import type { Counts } from '../test/backends/aws/counting.ts'
import type { Deployed } from './deployed.ts'

/** List prices in us-east-1 without any free tier, in dollars, as of November 2026. */
const prices = {
  /** aws.amazon.com/api-gateway/pricing: HTTP APIs. */
  apiRequest: 1 / 1e6,
  /** aws.amazon.com/lambda/pricing, arm64. */
  invocation: 0.2 / 1e6,
  gigabyteSecond: 0.0000133334,
  /** aws.amazon.com/sqs/pricing: standard queues, each 64 KB, and what fair ones cost more. */
  sqsRequest: (0.4 + 0.1) / 1e6,
  /** The same without fairness, and aws.amazon.com/sns/pricing: putting on a queue is free. */
  plainSqsRequest: 0.4 / 1e6,
  notification: 0.5 / 1e6,
  /** aws.amazon.com/dynamodb/pricing/on-demand. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** aws.amazon.com/cloudwatch/pricing: logs of Lambda, first tier. */
  logGigabyte: 0.5,
} as const

/**
 * What is not counted here but assumed: how long a function runs, in seconds. That of feedback makes
 * four calls to DynamoDB one after the other, all of a batch at a time; that of notices waits for ten
 * answers of a tenth of a second, one after the other.
 */
export const assumed = { api: 0.025, sendBatch: 0.2, reportBatch: 0.05, notifyBatch: 1.2 } as const

export interface Line {
  readonly what: string
  readonly perEmail: number
  readonly price: number
}

/** What an email costs, line by line. */
export function emailLines(
  { emails, ...counts }: Counts,
  { memory, accessLineBytes }: Pick<Deployed, 'memory' | 'accessLineBytes'>,
): readonly Line[] {
  const of = (what: string, count: number, price: number) => ({
    what,
    perEmail: count / emails,
    price,
  })
  const { api, sendBatch } = assumed
  const gigabyteSeconds = emails * api * memory.api + sendBatch * memory.send
  return [
    of('requests to the HTTP API', emails, prices.apiRequest),
    of('invocations of both functions', emails + 1, prices.invocation),
    of('their GB-seconds (assumed)', gigabyteSeconds, prices.gigabyteSecond),
    of('SQS requests', counts.sqsRequests, prices.sqsRequest),
    of('DynamoDB write units', counts.writeUnits, prices.writeUnit),
    of('DynamoDB read units', counts.readUnits, prices.readUnit),
    of('bytes in the log of send', counts.logBytes, prices.logGigabyte / 1e9),
    of('bytes in the access log', emails * accessLineBytes, prices.logGigabyte / 1e9),
  ]
}

/** What an event of Amazon SES costs until it is written down, line by line, in batches of ten. */
export function feedbackLines(
  { events, ...counts }: FeedbackCounts,
  memory: number,
): readonly Line[] {
  const of = (what: string, count: number, price: number) => ({
    what,
    perEmail: count / events,
    price,
  })
  return [
    of('notifications of SNS', events, prices.notification),
    // Put by SNS one by one, received and deleted by tens.
    of('SQS requests', events + 2, prices.plainSqsRequest),
    of('invocations', 1, prices.invocation),
    of('their GB-seconds (assumed)', assumed.reportBatch * memory, prices.gigabyteSecond),
    of('DynamoDB write units', counts.writeUnits, prices.writeUnit),
    of('DynamoDB read units', counts.readUnits, prices.readUnit),
    of('bytes in the log', counts.logBytes, prices.logGigabyte / 1e9),
  ]
}

/** What telling one endpoint of an event costs on top of writing that down, in batches of ten. */
export function noticeLines({ events, ...counts }: NoticeCounts, memory: number): readonly Line[] {
  const of = (what: string, count: number, price: number) => ({
    what,
    perEmail: count / events,
    price,
  })
  return [
    // Put one by one, received and deleted by tens.
    of('SQS requests', counts.sqsRequests + 2, prices.sqsRequest),
    of('invocations', 1, prices.invocation),
    of('their GB-seconds (assumed)', assumed.notifyBatch * memory, prices.gigabyteSecond),
    of('DynamoDB write units', counts.writeUnits, prices.writeUnit),
    of('DynamoDB read units', counts.readUnits, prices.readUnit),
    of('bytes in the log', counts.logBytes, prices.logGigabyte / 1e9),
  ]
}

/** All but the provider, in dollars. */
export function perMillion(lines: readonly Line[]): number {
  return lines.reduce((sum, { perEmail, price }) => sum + perEmail * price * 1e6, 0)
}
