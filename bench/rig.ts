import type { EventType } from '../mail/email/event.ts'
import type { Child } from './child.ts'
import { startChild } from './child.ts'
import type { Load, LoadResult } from './email.ts'
import { hook, openEndpoints } from './hooked.ts'
import { usageOf } from './process-usage.ts'
import {
  startBareServer,
  startPostern,
  startPosternIn,
  type ServerProcess,
} from './server-process.ts'
import type { SinkQuestion } from './sink.ts'

/** One thing to measure, running: a round sends so many emails through it. */
export interface Rig {
  round(total: number): Promise<Round>
  close(): Promise<void>
}

export interface Round {
  /** Emails per second from the first request until all were through. */
  readonly perSecond: number
  /** CPU time of what is measured, all its processes, in microseconds an email. */
  readonly cpuMicros?: number
  /** Memory of what is measured, at the end, in megabytes. */
  readonly rssMb?: number
  /** Of each request, in milliseconds. */
  readonly latencies?: readonly number[]
}

/** What goes through a rig. */
export type Traffic = Omit<Load, 'port' | 'total'>

type Sink = Child<SinkQuestion, number>

/** Which Postern, and where it keeps things: in a directory that goes with it unless given. */
interface Installation {
  readonly directory?: string
  /** What a webhook of it is told. */
  readonly webhook?: readonly EventType[]
  /** This checkout unless given. */
  readonly checkout?: string
}

/** Postern with the SMTP engine: from the first request until the sink holds the last email. */
export async function deliveringRig(
  traffic: Traffic,
  { directory, checkout, webhook }: Installation = {},
): Promise<Rig> {
  const sink = openSink()
  const port = await sink.ask({ kind: 'port' })
  const smtp = { host: '127.0.0.1', port, security: 'none' }
  const settings = { engine: 'smtp', smtp }
  const server = await (directory
    ? startPosternIn(directory, settings, checkout)
    : startPostern(settings, checkout))
  const rig = httpRig(server, traffic, sink)
  return webhook ? withWebhook(rig, server, webhook) : rig
}

async function withWebhook(rig: Rig, server: ServerProcess, events: readonly EventType[]) {
  const endpoints = openEndpoints()
  await hook(server, endpoints, { paths: ['healthy'], events })
  return {
    ...rig,
    async close() {
      await rig.close()
      await endpoints.close()
    },
  }
}

/** Postern that drops what it accepted: from the first request until the last answer. */
export async function acceptingRig(traffic: Traffic): Promise<Rig> {
  const server = await startPostern({ engine: 'noop', noop: { mode: 'discard' } })
  return httpRig(server, traffic)
}

/** The same load on a server that reads it and keeps nothing. */
export async function bareRig(traffic: Traffic): Promise<Rig> {
  return httpRig(await startBareServer(), traffic)
}

export function openSink(): Sink {
  return startChild<SinkQuestion, number>('sink.ts')
}

/** Sends so many emails in some way, and tells what that took of a process and its family. */
export async function measured(
  pid: number | undefined,
  total: number,
  send: () => Promise<readonly number[] | undefined>,
): Promise<Round> {
  const before = pid === undefined ? undefined : usageOf(pid)
  const since = performance.now()
  const latencies = await send()
  const perSecond = total / ((performance.now() - since) / 1_000)
  const after = pid === undefined ? undefined : usageOf(pid)
  return {
    perSecond,
    ...(before && after && { cpuMicros: ((after.cpuMs - before.cpuMs) / total) * 1_000 }),
    ...(after && { rssMb: after.rssMb }),
    ...(latencies && { latencies }),
  }
}

function httpRig(server: ServerProcess, traffic: Traffic, sink?: Sink): Rig {
  const loader = startChild<Load, LoadResult>('load.ts')
  let sent = 0
  return {
    round(total) {
      sent += total
      return measured(server.pid, total, async () => {
        const arrived = sink?.ask({ kind: 'reached', count: sent })
        // After an interruption no one waits for it any more.
        arrived?.catch(() => undefined)
        const load = { ...traffic, port: server.port, total }
        const { latencies, refused } = await loader.ask(load)
        if (refused > 0) throw new Error(`${refused} of ${total} emails were not accepted`)
        await arrived
        return latencies
      })
    },
    async close() {
      await loader.close()
      await server.stop()
      await sink?.close()
    },
  }
}
