import { countFeedbackOfTen } from '../test/backends/aws/counting-feedback.ts'
import { countNoticesOfTen } from '../test/backends/aws/counting-notices.ts'
import { countBatchOfTen } from '../test/backends/aws/counting.ts'
import { deployed, type Deployed } from './deployed.ts'
import {
  assumed,
  emailLines,
  feedbackLines,
  noticeLines,
  perMillion,
  type Line,
} from './email-cost.ts'
import { keptMillion, monthlyLines } from './monthly-cost.ts'
import { printTable } from './table.ts'

/** What a million plain emails cost, from the calls that ten of them made. */
export async function cost(): Promise<void> {
  const counts = await countBatchOfTen()
  const place = deployed()
  const lines = emailLines(counts, place)
  printLines('A plain email on AWS: 5 KB, one recipient, batches of ten', lines)
  for (const kind of ['Delivery', 'Bounce'] as const) {
    const told = await countFeedbackOfTen(kind)
    printLines(`What Amazon SES tells: ${kind}`, feedbackLines(told, place.memory.send))
  }
  const notices = noticeLines(await countNoticesOfTen(), place.memory.notify)
  printLines('What one webhook is told, on top', notices)
  printMonthly(place)
  console.log(`\nLargest item: ${counts.itemBytes} bytes of 1,024 that a write unit holds`)
  console.log(`Calls for ${counts.emails} emails: ${JSON.stringify(counts.calls)}`)
  console.log(`Assumed, not counted, in seconds: ${JSON.stringify(assumed)}`)
}

function printLines(title: string, lines: readonly Line[]) {
  const rows = lines.map(({ what, perEmail, price }) => [
    what,
    String(Number(perEmail.toPrecision(4))),
    `$${(price * 1e6).toFixed(3)}`,
    `$${(perEmail * price * 1e6).toFixed(2)}`,
  ])
  printTable(title, [
    ['what', 'for each', 'per million', 'for a million of them'],
    ...rows,
    ['all but the provider', '', '', `$${perMillion(lines).toFixed(2)}`],
  ])
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
