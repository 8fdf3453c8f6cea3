import type { Clock } from '../../mail/ports/clock.ts'
import { deadlines } from '../time/deadlines.ts'
import { within } from '../../mail/clock.ts'
import type { Session } from './session.ts'
import type { Trouble } from './trouble.ts'

interface PoolOptions {
  readonly clock: Clock
  readonly open: (signal: AbortSignal) => Promise<Session | Trouble>
  /** Most connections at a time. */
  readonly connections: number
  /** Milliseconds after which an idle connection is closed; most servers wait longer. */
  readonly idleMs: number
  /**
   * Emails after which a connection is renewed, so that under constant load too emails spread
   * over the addresses of the server, and changes of DNS and certificates take effect.
   */
  readonly emails: number
}

/** Connections that are kept between emails. An email waits for one five minutes at most. */
export interface Pool {
  /** One that is idle, or a new one. `fresh`: never one that was used before. */
  take(signal: AbortSignal, fresh?: 'fresh'): Promise<Session | Trouble>
  give(session: Session): void
  /** Keeps nothing any more; what is in use is closed when it is given back. */
  close(): Promise<void>
}

/** How long a server that refused one connection more (421) is not asked again, in milliseconds. */
const restraintMs = 60_000

export function openPool({ clock, open, connections, idleMs, emails }: PoolOptions): Pool {
  let idle: { readonly session: Session; readonly since: number }[] = []
  const waiting = new Set<() => void>()
  const closing = new AbortController()
  let opened = 0
  let restraint = { until: 0, connections }
  let sweeping = false

  function hasRoom(): boolean {
    return opened < (clock.now() < restraint.until ? restraint.connections : connections)
  }

  /** Undefined: this server takes no more connections than there are, so wait for one of them. */
  async function dial(signal: AbortSignal): Promise<Session | Trouble | undefined> {
    opened += 1
    const dialled = await open(signal)
    if (dialled.kind === 'session') {
      dialled.whenOver(() => leave(dialled))
      return dialled
    }
    opened -= 1
    const tooMany = opened > 0 && dialled.code === 421
    if (tooMany) restraint = { until: clock.now() + restraintMs, connections: opened }
    wakeOne()
    return tooMany ? undefined : dialled
  }

  function leave(session: Session) {
    opened -= 1
    idle = idle.filter((one) => one.session !== session)
    wakeOne()
  }

  function wakeOne() {
    for (const wake of waiting) return wake()
  }

  /** Whether its turn came in time and before the signal aborted. */
  function turn(signal: AbortSignal): Promise<boolean> {
    return within({ clock, ms: deadlines.smtp.turn, signal }, wakened)
  }

  function wakened(signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const wake = () => resolve(true)
    const abort = () => resolve(false)
    waiting.add(wake)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    return promise.finally(() => {
      waiting.delete(wake)
      signal.removeEventListener('abort', abort)
    })
  }

  /** Closes those that were long unused. Idle ones are stacked: the first is the oldest. */
  async function sweep() {
    if (sweeping) return
    sweeping = true
    while (idle[0]) {
      await clock.until(idle[0].since + idleMs, closing.signal)
      const due = idle.filter((one) => one.since + idleMs <= clock.now() || closing.signal.aborted)
      idle = idle.filter((one) => !due.includes(one))
      for (const { session } of due) void session.quit()
    }
    sweeping = false
  }

  return {
    async take(signal, fresh) {
      while (!signal.aborted) {
        const session = fresh ? undefined : idle.pop()?.session
        if (session) return session
        if (hasRoom()) {
          const dialled = await dial(signal)
          if (dialled) return dialled
        }
        if (fresh) void idle.shift()?.session.quit()
        if (!(await turn(signal))) break
      }
      wakeOne()
      return { kind: 'deferred', reason: 'no free connection to the server in time' }
    },

    give(session) {
      if (!session.alive) return
      if (closing.signal.aborted || session.used >= emails) return void session.quit()
      idle.push({ session, since: clock.now() })
      void sweep()
      wakeOne()
    },

    async close() {
      closing.abort()
      const last = idle.map(({ session }) => session.quit())
      idle = []
      await Promise.all(last)
    },
  }
}
