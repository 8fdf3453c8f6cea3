import type { Deployed } from './deployed.ts'

/** List prices in us-east-1, in dollars a month, as of November 2026. */
const prices = {
  /** aws.amazon.com/cloudwatch/pricing: alarms of five minutes, metrics of one's own, dashboards. */
  alarmMetric: 0.1,
  metric: 0.3,
  dashboard: 3,
  /** aws.amazon.com/kms/pricing. */
  key: 1,
  /** aws.amazon.com/sqs/pricing, for a million. */
  receives: 0.4,
  /** aws.amazon.com/dynamodb/pricing: a GB in the table, and of its point-in-time recovery. */
  storedGigabyte: 0.25,
  recoverableGigabyte: 0.2,
} as const

const assumed = {
  /** Names and values of dimensions that a month of good and some bad mail writes. */
  metrics: 9,
  /** Lambda keeps five pollers that wait 20 s each, in millions of receives a month. */
  receives: (5 * 3 * 60 * 24 * 30) / 1e6,
  /** A record, its entry in the list and what DynamoDB adds to both, in bytes. */
  recordBytes: 718 + 100 + 200,
} as const

/** What a deployment costs a month before its first email, line by line. */
export function monthlyLines(deployed: Deployed): readonly (readonly [string, number])[] {
  return [
    ['alarms, each metric they look at', deployed.alarmMetrics * prices.alarmMetric],
    ['metrics of its own (assumed: 9)', assumed.metrics * prices.metric],
    ['dashboard', deployed.dashboards * prices.dashboard],
    ['KMS key', deployed.keys * prices.key],
    ['asking the empty queues', deployed.queues * assumed.receives * prices.receives],
  ]
}

/** What a million records cost for each month that they are kept, point-in-time recovery included. */
export function keptMillion(): number {
  return (assumed.recordBytes / 1e3) * (prices.storedGigabyte + prices.recoverableGigabyte)
}
