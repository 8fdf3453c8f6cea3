import type { Signal } from '../../mail/email/signal.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Signals } from '../../mail/ports/signals.ts'
import type { Store } from './group-commit.ts'

/** The signals that wait, with their consuming side, which only this process uses. */
export interface LocalSignals extends Signals {
  /** At most so many that are due, the first due first. */
  due(now: number, most: number): readonly WaitingSignal[]
  /** When the next is due; undefined when none waits. */
  nextDueAt(): number | undefined
  remove(seq: number): Promise<void>
  defer(seq: number, dueAt: number): Promise<void>
  /** Calls the listener whenever some were put. */
  listen(listener: () => void): () => void
}

export interface WaitingSignal {
  readonly seq: number
  readonly putAt: number
  readonly signal: Signal
}

export function sqliteSignals({ sql, write }: Store, clock: Clock): LocalSignals {
  const listeners = new Set<() => void>()

  return {
    async put(signals) {
      const now = clock.now()
      const insert = sql('INSERT INTO signals (put_at, due_at, signal) VALUES (?, ?, ?)')
      await write(() => signals.forEach((one) => insert.run(now, now, JSON.stringify(one))))
      for (const listener of listeners) listener()
    },
    due(now, most) {
      const text = 'SELECT * FROM signals WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?'
      return sql(text)
        .all(now, most)
        .map((row) => ({
          seq: row['seq'] as number,
          putAt: row['put_at'] as number,
          signal: JSON.parse(row['signal'] as string) as Signal,
        }))
    },
    nextDueAt() {
      const next = sql('SELECT min(due_at) AS next FROM signals').get()!['next']
      return (next as number | null) ?? undefined
    },
    remove: (seq) => write(() => void sql('DELETE FROM signals WHERE seq = ?').run(seq)),
    defer: (seq, dueAt) =>
      write(() => void sql('UPDATE signals SET due_at = ? WHERE seq = ?').run(dueAt, seq)),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
