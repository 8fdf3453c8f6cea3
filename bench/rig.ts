import type { Child } from './child.ts'
import { startChild } from './child.ts'
import type { Load, LoadResult } from './email.ts'
import { cpuMilliseconds } from './process-usage.ts'
import { startBareServer, startPostern, type ServerProcess } from './server-process.ts'
import type { SinkQuestion } from './sink.ts'
import { percentile } from './statistics.ts'

/** One thing to measure, running: a round sends so many emails through it. */
export interface Rig {
  round(total: number): Promise<Round>
  close(): Promise<void>
}

export interface Round {
  /** Emails per second from the first request until all were through. */
  readonly perSecond: number
  /** CPU time of the process measured, in microseconds an email. */
  readonly cpuMicros?: number
  /** Of one request, in milliseconds. */
  readonly p50?: number
  readonly p99?: number
}

export type Sink = Child<SinkQuestion, number>

/** Postern with the SMTP engine: from the first request until the sink holds the last email. */
export async function deliveringRig(clients: number, perSecond?: number): Promise<Rig> {
  const sink = openSink()
  const port = await sink.ask({ kind: 'port' })
  const smtp = { host: '127.0.0.1', port, security: 'none' }
  const server = await startPostern({ engine: 'smtp', smtp })
  return httpRig(server, { clients, perSecond }, sink)
}

/** Postern that drops what it accepted: from the first request until the last answer. */
export async function acceptingRig(clients: number): Promise<Rig> {
  const server = await startPostern({ engine: 'noop', noop: { mode: 'discard' } })
  return httpRig(server, { clients })
}

/** The same load on a server that reads it and keeps nothing. */
export async function bareRig(clients: number): Promise<Rig> {
  return httpRig(await startBareServer(), { clients })
}

export function openSink(): Sink {
  return startChild<SinkQuestion, number>('sink.ts')
}

/** Seconds since `since`, a time of `performance.now()`. */
export function secondsSince(since: number): number {
  return (performance.now() - since) / 1_000
}

function httpRig(server: ServerProcess, load: Omit<Load, 'port' | 'total'>, sink?: Sink): Rig {
  const loader = startChild<Load, LoadResult>('load.ts')
  let sent = 0
  return {
    async round(total) {
      sent += total
      const [since, cpu] = [performance.now(), cpuMilliseconds(server.pid)]
      const arrived = sink?.ask({ kind: 'reached', count: sent })
      const { latencies, refused } = await loader.ask({ ...load, port: server.port, total })
      if (refused > 0) throw new Error(`${refused} of ${total} emails were not accepted`)
      await arrived
      return {
        perSecond: total / secondsSince(since),
        cpuMicros: cpuPerEmail(cpu, cpuMilliseconds(server.pid), total),
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
      }
    },
    async close() {
      await loader.close()
      await server.stop()
      await sink?.close()
    },
  }
}

export function cpuPerEmail(before: number | undefined, after: number | undefined, total: number) {
  return before === undefined || after === undefined
    ? undefined
    : ((after - before) / total) * 1_000
}
