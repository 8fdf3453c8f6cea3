/**
 * What one run costs at most, in dollars: list prices of us-east-1 without any free tier, as of
 * November 2026, for two hours of two deployments where what is billed by the month is billed by the
 * hour. Both keys wait for their deletion free of charge.
 */
export const estimate: readonly (readonly [what: string, dollars: number])[] = [
  ['two KMS keys, two hours', (2 * 2 * 1) / 730],
  ['alarms: 40 metrics, two hours', (2 * 40 * 0.1) / 730],
  ['metrics of its own: 40, two hours', (2 * 40 * 0.3) / 730],
  ['60 emails by SES', (60 * 0.1) / 1_000],
  ['60 MB in attachments by SES', 0.06 * 0.12],
  ['5,000 requests to the HTTP API', 5_000 / 1e6],
  ['10,000 requests to SQS, DynamoDB, S3 and SNS', (10_000 * 5) / 1e6],
  ['2,000 GB-seconds of Lambda', 2_000 * 0.0000133334],
  ['logs, 50 MB', 0.05 * 0.5],
]

export function total(): number {
  return estimate.reduce((sum, [, dollars]) => sum + dollars, 0)
}
