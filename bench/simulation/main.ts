import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeMachine } from '../machine.ts'
import { whole } from '../statistics.ts'
import { printTable } from '../table.ts'
import { printRelays } from './relay-table.ts'
import { printStreams } from './streams-table.ts'
import { simulate, type Scenario, type ScenarioResult } from './scenario.ts'

const usage = `npm run simulation -- [--emails 1000000] [--only TEXT] [--relay | --streams] [--seed 1] [--out FILE]

Puts so many emails on a simulated SQS queue and has the real code of the send function deliver them
to a simulated SES, in virtual time: how long that takes, how much of the allowed rate is used, how
long an urgent email waits behind them, and what it costs.

--relay a server that answers late next to one that does not, and nothing else
--streams codes next to bulk emails, and nothing else
--only  scenarios whose name holds this text
--out   writes all figures as JSON`

type Change = Partial<Omit<Scenario, 'seed'>> & { readonly perSecond: number }

/** What holds unless a scenario says otherwise: what a deployment makes, on an ordinary day. */
const usual = {
  batchSize: 10,
  latencyMs: 90,
  senders: 5,
  fair: true,
  crashes: 0.0001,
  doubled: 0.0001,
}

/** The sandbox is not among them: at one a second a strict SES and any two senders collide. */
const scenarios: Readonly<Record<string, Change>> = {
  '14/s, 5 senders': { perSecond: 14 },
  '200/s, 5 senders': { perSecond: 200 },
  '1,000/s, 25 senders': { perSecond: 1_000, senders: 25 },
  '14/s, 5 senders, not fair': { perSecond: 14, fair: false },
  '200/s, 5 senders, not fair': { perSecond: 200, fair: false },
  '1,000/s, 25 senders, not fair': { perSecond: 1_000, senders: 25, fair: false },
  '14/s, 2 senders': { perSecond: 14, senders: 2 },
  '200/s, 5 senders, slow SES': { perSecond: 200, latencyMs: 300 },
  '200/s, 15 senders, slow SES': { perSecond: 200, latencyMs: 300, senders: 15 },
  '200/s, 5 senders, SES out for an hour': {
    perSecond: 200,
    outage: { fromMs: 60_000, toMs: 3_660_000 },
  },
  '200/s, 5 senders, every hundredth invocation dies': { perSecond: 200, crashes: 0.01 },
}

const heads = [
  '',
  '99.9 %, s',
  'all, s',
  'of the rate',
  'throttled',
  'urgent, s',
  'deaths',
  'extra',
  'lost',
  'in flight',
  '$ per million',
  'took, s',
]

process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      emails: { type: 'string', default: '1000000' },
      relay: { type: 'boolean', default: false },
      streams: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  })
  const [emails, seed] = [Number(values.emails), Number(values.seed)]
  const chosen = Object.entries(scenarios).filter(([name]) => name.includes(values.only))
  const isKnown = values.streams || chosen.length > 0
  if (!(emails >= 1_000) || !(seed > 0) || !isKnown) {
    console.error(usage)
    return 2
  }
  if (values.relay) {
    await printRelays(seed)
    return 0
  }
  if (values.streams) {
    await printStreams({ bulk: emails, seed, only: values.only })
    return 0
  }
  const machine = describeMachine()
  const rows: { name: string; result: ScenarioResult }[] = []
  for (const [name, change] of chosen)
    rows.push({ name, result: await simulate({ ...usual, emails, seed, ...change }) })
  printTable(`${whole(emails)} emails on AWS, simulated`, [
    heads,
    ...rows.map(({ name, result }) => [name, ...cellsOf(result)]),
  ])
  if (values.out) writeFileSync(values.out, `${JSON.stringify({ machine, rows }, null, 1)}\n`)
  const lost = rows.filter(({ result }) => result.lost !== 0)
  for (const { name, result } of lost) console.error(`${name}: ${result.lost} emails were lost`)
  return lost.length > 0 ? 1 : 0
}

function cellsOf(result: ScenarioResult): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  return [
    whole(result.mostSeconds),
    whole(result.drainSeconds),
    percent(result.share),
    percent(result.throttled),
    result.urgentSeconds.toFixed(1),
    whole(result.crashed),
    whole(result.extra),
    whole(result.lost),
    whole(result.mostInFlight),
    result.dollarsPerMillion.toFixed(2),
    whole(result.realSeconds),
  ]
}
