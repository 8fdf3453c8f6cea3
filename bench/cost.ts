import { countBatchOfTen, type Counts } from '../test/backends/aws/counting.ts'
import { deployed, type Deployed } from './deployed.ts'
import { keptMillion, monthlyLines } from './monthly-cost.ts'
import { printTable } from './table.ts'

/** List prices in us-east-1 without any free tier, in dollars, as of November 2026. */
const prices = {
  /** aws.amazon.com/api-gateway/pricing: HTTP APIs. */
  apiRequest: 1 / 1e6,
  /** aws.amazon.com/lambda/pricing, arm64. */
  invocation: 0.2 / 1e6,
  gigabyteSecond: 0.0000133334,
  /** aws.amazon.com/sqs/pricing: standard queues, each 64 KB, and what fair ones cost more. */
  sqsRequest: (0.4 + 0.1) / 1e6,
  /** aws.amazon.com/dynamodb/pricing/on-demand. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  /** aws.amazon.com/cloudwatch/pricing: logs of Lambda, first tier. */
  logGigabyte: 0.5,
} as const

/** What is not counted here but assumed: how long a function runs, in seconds. */
const assumed = { api: 0.025, sendBatch: 0.2 } as const

/** What a million plain emails cost, from the calls that ten of them made. */
export async function cost(): Promise<void> {
  const counts = await countBatchOfTen()
  const place = deployed()
  const lines = linesOf(counts, place)
  const total = lines.reduce((sum, { perEmail, price }) => sum + perEmail * price * 1e6, 0)
  const rows = lines.map(({ what, perEmail, price }) => [
    what,
    String(Number(perEmail.toPrecision(4))),
    `$${(price * 1e6).toFixed(3)}`,
    `$${(perEmail * price * 1e6).toFixed(2)}`,
  ])
  printTable('A plain email on AWS: 5 KB, one recipient, batches of ten', [
    ['what', 'per email', 'per million', 'for a million emails'],
    ...rows,
    ['all but the provider', '', '', `$${total.toFixed(2)}`],
  ])
  printMonthly(place)
  console.log(`\nLargest item: ${counts.itemBytes} bytes of 1,024 that a write unit holds`)
  console.log(`Calls for ${counts.emails} emails: ${JSON.stringify(counts.calls)}`)
  console.log(`Assumed, not counted, in seconds: ${JSON.stringify(assumed)}`)
}

function printMonthly(place: Deployed) {
  const switches = deployed({ alarms: false, dashboard: false })
  const rows = (given: Deployed) => monthlyLines(given).map(([, price]) => price)
  const without = rows(switches)
  const total = (prices: readonly number[]) => prices.reduce((sum, price) => sum + price, 0)
  printTable('A month of a production, before its first email', [
    ['what', 'as deployed', '-c alarms=false -c dashboard=false'],
    ...monthlyLines(place).map(([what, price], n) => [what, dollars(price), dollars(without[n]!)]),
    ['together', dollars(total(rows(place))), dollars(total(without))],
  ])
  console.log(`\nA million records, for each month they are kept: ${dollars(keptMillion())}`)
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`
}

interface Line {
  readonly what: string
  readonly perEmail: number
  readonly price: number
}

function linesOf({ emails, ...counts }: Counts, { memory, accessLineBytes }: Deployed): Line[] {
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
