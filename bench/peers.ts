import type { PoolQuestion } from './bare-pool.ts'
import { startChild } from './child.ts'
import { runSource, startPostfix } from './postfix.ts'
import { measured, openSink, type Rig, type Traffic } from './rig.ts'

/** More than there are connections, so that none ever waits for the next email. */
const plenty = 100

/** A nodemailer pool that keeps nothing: what a program could do without Postern, at best. */
export async function poolRig({ clients, kilobytes }: Traffic, compose: boolean): Promise<Rig> {
  const sink = openSink()
  const port = await sink.ask({ kind: 'port' })
  const pool = startChild<PoolQuestion, 'done'>('bare-pool.ts')
  const inHand = clients === 1 ? 1 : plenty
  return {
    round: (total) =>
      measured(pool.pid, total, async () => {
        await pool.ask({ port, total, kilobytes, compose, inHand })
        return undefined
      }),
    async close() {
      await pool.close()
      await sink.close()
    },
  }
}

/** Postfix, fed over SMTP by its own `smtp-source`, until the sink holds the last email. */
export async function postfixRig(traffic: Traffic): Promise<Rig> {
  const sink = openSink()
  const postfix = await startPostfix(await sink.ask({ kind: 'port' }))
  let sent = 0
  return {
    round(total) {
      sent += total
      return measured(postfix.pid, total, async () => {
        const arrived = sink.ask({ kind: 'reached', count: sent })
        // After an interruption no one waits for it any more.
        arrived.catch(() => undefined)
        await runSource(postfix.port, traffic, total)
        await arrived
        return undefined
      })
    },
    async close() {
      await postfix.stop()
      await sink.close()
    },
  }
}

/** Straight to the sink by Postfix's `smtp-source`: what sink and machine can do at most. */
export async function sourceRig(traffic: Traffic): Promise<Rig> {
  const sink = openSink()
  const port = await sink.ask({ kind: 'port' })
  return {
    round: (total) =>
      measured(undefined, total, async () => {
        await runSource(port, traffic, total)
        return undefined
      }),
    close: () => sink.close(),
  }
}
