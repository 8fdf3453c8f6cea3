import { printTable } from '../table.ts'
import { simulateSlowRelay } from './slow-relay.ts'

/** When a function is cut off, and when the slow server answers, in seconds. */
const invocations = [60, 180, 300]
const answers = [25, 40, 120, 240]

/** How long a slow server may be waited for on AWS, and what that costs the emails of others. */
export async function printRelays(seed: number): Promise<void> {
  const usual = { senders: 5, slow: 200, perSecond: 2, seed }
  const rows: string[][] = []
  for (const answerSeconds of answers)
    for (const invocationSeconds of invocations) {
      const result = await simulateSlowRelay({ ...usual, answerSeconds, invocationSeconds })
      const { median, p99, most } = result.otherSeconds
      rows.push([
        `${answerSeconds} s`,
        `${invocationSeconds} s`,
        ...[result.sent, result.held, result.extra].map(String),
        ...[median, p99, most].map((seconds) => seconds.toFixed(1)),
      ])
    }
  const others = ['others: median, s', 'p99, s', 'most, s']
  printTable('200 emails for a server that answers late, 2 a second for another one', [
    ['dot answered after', 'function', 'sent', 'held', 'extra copies', ...others],
    ...rows,
  ])
}
