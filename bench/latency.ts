import { measure } from './compare.ts'
import { deliveringRig, type Traffic } from './rig.ts'
import { median, percentile, whole } from './statistics.ts'
import { printTable } from './table.ts'

/** How long a paced load runs, in seconds: long enough for a p99.9 of ten thousand requests. */
const pacedSeconds = 10

/** Enough connections that a request which is due hardly ever waits for one. */
const connections = 64

const kilobytes = 4

/**
 * How long `POST /emails` takes to say yes while Postern delivers, at half and at nine tenths of
 * what it can do. Open loop: requests are begun when they are due, whatever the answers do, and
 * each is timed from when it was due (corrected for coordinated omission).
 */
export async function latency(rounds: number): Promise<void> {
  const capacity = await capacityOf(rounds)
  const rows: string[][] = []
  for (const share of [0.5, 0.9])
    for (let round = 0; round < rounds; round++) rows.push(await paced(capacity * share, share))
  printTable(
    `POST /emails, ${kilobytes} kB, open loop for ${pacedSeconds} s; capacity ${whole(capacity)}/s`,
    [['load', 'requests/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'most ms'], ...rows],
  )
}

/** Emails per second, accepted and delivered, as fast as ten clients get their answers. */
async function capacityOf(rounds: number): Promise<number> {
  const rates: number[] = []
  for (let round = 0; round < rounds; round++)
    rates.push((await measure(8_000, open({ clients: 10, kilobytes }))).perSecond)
  return median(rates)
}

function open(traffic: Traffic) {
  return () => deliveringRig(traffic)
}

async function paced(perSecond: number, share: number): Promise<string[]> {
  const total = Math.ceil(perSecond * pacedSeconds)
  const { latencies = [] } = await measure(
    total,
    open({ clients: connections, kilobytes, perSecond }),
  )
  const at = (share: number) => percentile(latencies, share).toFixed(1)
  const most = latencies.reduce((most, one) => Math.max(most, one), 0).toFixed(1)
  return [`${share * 100} %`, whole(perSecond), at(0.5), at(0.99), at(0.999), most]
}
