import { whole } from '../statistics.ts'
import { printTable } from '../table.ts'
import { simulateStreams, type StreamsResult, type StreamsScenario } from './streams.ts'

type Change = Omit<StreamsScenario, 'seed' | 'bulk'> & { readonly bulk?: number }

/* SQS as it may be, too: what it does with hidden messages, and for how long it remembers, is not told. */
const slowMemory = { recentMs: 60_000, countsHidden: false }
const longHidden = { recentMs: 10_000, countsHidden: true }

const [at14, at200, at1000] = [
  { perSecond: 14, senders: 5 },
  { perSecond: 200, senders: 5 },
  { perSecond: 1_000, senders: 25 },
]

const scenarios: Readonly<Record<string, Change>> = {
  '14/s, some codes': { ...at14, domains: 1, codesPerSecond: 0.5, seconds: 240 },
  '14/s, some codes, 1,000 domains': { ...at14, domains: 1_000, codesPerSecond: 0.5, seconds: 240 },
  '14/s, some codes, 1,000 domains, a group for each': {
    ...{ ...at14, domains: 1_000, codesPerSecond: 0.5, seconds: 240 },
    groupOf: ({ lane }) => lane,
  },
  '14/s, codes flood': { ...at14, domains: 1, codesPerSecond: 28, seconds: 120 },
  '14/s, codes flood, 1,000 domains': { ...at14, domains: 1_000, codesPerSecond: 28, seconds: 120 },
  '14/s, codes flood, SQS counts what is hidden': {
    ...{ ...at14, domains: 1, codesPerSecond: 28, seconds: 120 },
    memory: longHidden,
  },
  '14/s, 2 senders, some codes': {
    ...{ ...at14, senders: 2, domains: 1, codesPerSecond: 0.5, seconds: 240 },
  },
  '14/s, 2 senders, codes flood': {
    ...{ ...at14, senders: 2, domains: 1, codesPerSecond: 28, seconds: 120 },
  },
  '14/s, no codes': { ...at14, domains: 1, codesPerSecond: 0, seconds: 120 },
  '14/s, no bulk': { ...at14, domains: 1, codesPerSecond: 28, seconds: 120, bulk: 0 },
  '200/s, some codes': { ...at200, domains: 1, codesPerSecond: 2, seconds: 60 },
  '200/s, codes flood': { ...at200, domains: 1, codesPerSecond: 400, seconds: 30 },
  '200/s, codes flood, SQS remembers a minute': {
    ...{ ...at200, domains: 1, codesPerSecond: 400, seconds: 30 },
    memory: slowMemory,
  },
  '200/s, codes flood, 100 domains': { ...at200, domains: 100, codesPerSecond: 400, seconds: 30 },
  '200/s, no codes': { ...at200, domains: 1, codesPerSecond: 0, seconds: 30 },
  '200/s, no bulk': { ...at200, domains: 1, codesPerSecond: 400, seconds: 30, bulk: 0 },
  '1,000/s, some codes': { ...at1000, domains: 1, codesPerSecond: 4, seconds: 30 },
  '1,000/s, codes flood': { ...at1000, domains: 1, codesPerSecond: 2_000, seconds: 20 },
  '1,000/s, no codes': { ...at1000, domains: 1, codesPerSecond: 0, seconds: 20 },
  '1,000/s, no bulk': { ...at1000, domains: 1, codesPerSecond: 2_000, seconds: 20, bulk: 0 },
}

const heads = ['', 'codes', 'median, s', '99 %, s', 'all, s', 'bulk', 'of the rate', 'SQS each']

/** How long codes wait next to `bulk` emails, and how the streams share the rate. */
export async function printStreams({ bulk, seed, only }: Asked): Promise<void> {
  const rows: string[][] = []
  for (const [name, change] of Object.entries(scenarios))
    if (name.includes(only))
      rows.push([name, ...cellsOf(await simulateStreams({ bulk, seed, ...change }))])
  printTable(`codes next to ${whole(bulk)} bulk emails on AWS, simulated`, [heads, ...rows])
}

interface Asked {
  readonly bulk: number
  readonly seed: number
  /** Scenarios whose name holds this text. */
  readonly only: string
}

function cellsOf({ codes, median, p99, most, bulkShare, used, requests }: StreamsResult): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const times = [median, p99, most].map((seconds) => seconds.toFixed(2))
  return [whole(codes), ...times, percent(bulkShare), percent(used), requests.toFixed(2)]
}
