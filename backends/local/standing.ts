import type { EngineStanding, Standing, StoredVerdict } from '../../mail/ports/standing.ts'
import type { Store } from './group-commit.ts'

/** How the engines stand, as rows: a pause outlives the process. */
export function sqliteStanding(store: Store): Standing {
  const { sql, write } = store
  /** As the rows say: read for every email, changed by this process alone. */
  const known = new Map<string, EngineStanding>()
  const change = <T>(engine: string, work: () => T) =>
    write(() => {
      known.delete(engine)
      return work()
    })

  return {
    async read(engine) {
      const standing = known.get(engine) ?? read(store, engine)
      known.set(engine, standing)
      return standing
    },
    pause: (engine, pauses, until, reason) =>
      change(engine, () => {
        // A row is there only while an engine is paused: none means no pauses in a row.
        if (pauses === 0) sql(firstPause).run(engine, until, reason)
        else sql(nextPause).run(until, reason, engine, pauses)
      }),
    takeProbe: (engine, now, until) => change(engine, () => takeProbe(store, engine, now, until)),
    resume: (engine) =>
      change(engine, () => {
        sql('DELETE FROM standing WHERE engine = ?').run(engine)
      }),
    readVerdict: async () => readVerdict(store),
    writeVerdict: ({ about, at, engines }) =>
      write(() => {
        sql('INSERT OR REPLACE INTO verdict (only, about, at, engines) VALUES (1, ?, ?, ?)').run(
          about,
          at,
          JSON.stringify(engines),
        )
      }),
  }
}

const firstPause = 'INSERT INTO standing VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING'

const nextPause = `UPDATE standing SET paused_until = ?, reason = ?, pauses = pauses + 1
  WHERE engine = ? AND pauses = ?`

function read({ sql }: Store, engine: string): EngineStanding {
  const row = sql('SELECT * FROM standing WHERE engine = ?').get(engine)
  if (!row) return { pauses: 0 }
  return {
    pausedUntil: row['paused_until'] as number,
    reason: row['reason'] as string,
    pauses: row['pauses'] as number,
  }
}

/** The probe lengthens the pause for all others. */
function takeProbe({ sql }: Store, engine: string, now: number, until: number): boolean {
  const text = 'UPDATE standing SET paused_until = ? WHERE engine = ? AND paused_until <= ?'
  return sql(text).run(until, engine, now).changes === 1
}

function readVerdict({ sql }: Store): StoredVerdict | undefined {
  const row = sql('SELECT * FROM verdict').get()
  if (!row) return undefined
  return {
    about: row['about'] as string,
    at: row['at'] as number,
    engines: JSON.parse(row['engines'] as string) as StoredVerdict['engines'],
  }
}
