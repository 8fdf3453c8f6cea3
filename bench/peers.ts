import type { PoolQuestion } from './bare-pool.ts'
import { startChild } from './child.ts'
import { feedPostfix, startPostfix } from './postfix.ts'
import { cpuMilliseconds } from './process-usage.ts'
import { cpuPerEmail, openSink, secondsSince, type Rig } from './rig.ts'

/** A nodemailer pool that keeps nothing: what a program could do without Postern, at best. */
export async function poolRig(compose: boolean): Promise<Rig> {
  const sink = openSink()
  const port = await sink.ask({ kind: 'port' })
  const pool = startChild<PoolQuestion, 'done'>('bare-pool.ts')
  return {
    async round(total) {
      const [since, cpu] = [performance.now(), cpuMilliseconds(pool.pid)]
      await pool.ask({ port, total, compose })
      const perSecond = total / secondsSince(since)
      return { perSecond, cpuMicros: cpuPerEmail(cpu, cpuMilliseconds(pool.pid), total) }
    },
    async close() {
      await pool.close()
      await sink.close()
    },
  }
}

/** Postfix, fed over SMTP by its own `smtp-source`, until the sink holds the last email. */
export async function postfixRig(clients: number): Promise<Rig> {
  const sink = openSink()
  const postfix = await startPostfix(await sink.ask({ kind: 'port' }))
  let sent = 0
  return {
    async round(total) {
      sent += total
      const since = performance.now()
      const arrived = sink.ask({ kind: 'reached', count: sent })
      await feedPostfix(postfix.port, clients, total)
      await arrived
      return { perSecond: total / secondsSince(since) }
    },
    async close() {
      await postfix.stop()
      await sink.close()
    },
  }
}
