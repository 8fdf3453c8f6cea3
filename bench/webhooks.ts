import { startChild } from './child.ts'
import type { Load, LoadResult } from './email.ts'
import { hook, openEndpoints } from './hooked.ts'
import { orInterrupted } from './interruption.ts'
import { startPostern } from './server-process.ts'
import { percentile, whole } from './statistics.ts'
import { printTable } from './table.ts'

/** Events of a round, begun at a pace that any machine keeps up with. */
const total = 500
const perSecond = 100

/** A Postern with webhooks, running. */
interface Hooked {
  /** Milliseconds from each event of a round until the healthy endpoint was told. */
  round(): Promise<readonly number[]>
  close(): Promise<void>
}

/**
 * How long it takes until a healthy endpoint is told of an event: alone, and next to one that hangs
 * and one that answers 500. Both run all the time and get rounds in turns, 10,000 events each in
 * five rounds.
 */
export async function webhooks(rounds: number): Promise<void> {
  const alone = await openHooked(['healthy'])
  const crowded = await openHooked(['healthy', 'hanging', 'failing'])
  try {
    // V8 compiles in these.
    for (const one of [alone, crowded]) await orInterrupted(one.round())
    const told = { alone: [] as number[], crowded: [] as number[] }
    for (let turn = 0; turn < rounds * 4; turn++) {
      const order = turn % 2 === 0 ? ([alone, crowded] as const) : ([crowded, alone] as const)
      for (const one of order) {
        const latencies = await orInterrupted(one.round())
        ;(one === alone ? told.alone : told.crowded).push(...latencies)
      }
    }
    const ratio = percentile(told.crowded, 0.99) / percentile(told.alone, 0.99)
    printTable(
      `A healthy webhook endpoint, ${perSecond} events/s; p99 is × alone: ${ratio.toFixed(2)}`,
      [
        ['', 'events', 'p50 ms', 'p99 ms', 'most ms'],
        ['alone', ...cells(told.alone)],
        ['next to one that hangs and one that answers 500', ...cells(told.crowded)],
      ],
    )
  } finally {
    await alone.close()
    await crowded.close()
  }
}

async function openHooked(paths: readonly string[]): Promise<Hooked> {
  const endpoints = openEndpoints()
  const server = await startPostern({ engine: 'noop', noop: { mode: 'discard' } })
  const loader = startChild<Load, LoadResult>('load.ts')
  await hook(server, endpoints, { paths, events: ['email.discarded'] })
  let sent = 0
  return {
    async round() {
      sent += total
      const load = { port: server.port, clients: 16, kilobytes: 1, total, perSecond }
      const { refused } = await loader.ask(load)
      if (refused > 0) throw new Error(`${refused} of ${total} emails were not accepted`)
      return (await endpoints.ask({ kind: 'heard', count: sent })).latencies
    },
    async close() {
      await loader.close()
      await server.stop()
      await endpoints.close()
    },
  }
}

function cells(latencies: readonly number[]): string[] {
  const at = (share: number) => String(percentile(latencies, share))
  return [whole(latencies.length), at(0.5), at(0.99), String(Math.max(...latencies))]
}
