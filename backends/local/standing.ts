import type { Clock } from '../../mail/ports/clock.ts'
import type { EngineStanding, Standing, StoredVerdict, Trouble } from '../../mail/ports/standing.ts'
import { engineBlocked, engineResumed } from '../../mail/own-events.ts'
import type { Store } from './group-commit.ts'
import type { TellingStore } from './telling.ts'

/** How the engines stand, as rows: a pause outlives the process. */
export function sqliteStanding(store: TellingStore, clock: Clock): Standing {
  const { sql, write, tell } = store
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
    pause: (engine, pauses, pause) =>
      change(engine, () => {
        const { at, until, reason } = pause
        // A row is there only while an engine has trouble: none means no pauses in a row.
        const { changes } =
          pauses === 0
            ? sql(firstPause).run(engine, until, reason, at)
            : sql(nextPause).run(until, reason, engine, pauses)
        if (changes === 1 && pauses === 0) engineBlocked(engine, pause).forEach(tell)
        return changes === 1
      }),
    degrade: (engine, trouble) => change(engine, () => degrade(store, engine, trouble)),
    takeProbe: (engine, now, until) => change(engine, () => takeProbe(store, engine, now, until)),
    resume: (engine) =>
      change(engine, () => {
        const row = sql('DELETE FROM standing WHERE engine = ? RETURNING pauses').get(engine)
        if (row && row['pauses'] !== 0) engineResumed(engine, clock.now()).forEach(tell)
        return row !== undefined
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

const firstPause = `INSERT INTO standing (engine, paused_until, reason, pauses, since)
  VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE
  SET paused_until = excluded.paused_until, reason = excluded.reason, pauses = 1, of_engine = NULL
  WHERE pauses = 0`

const nextPause = `UPDATE standing SET paused_until = ?, reason = ?, pauses = pauses + 1
  WHERE engine = ? AND pauses = ?`

const firstTrouble = `INSERT INTO standing (engine, paused_until, reason, pauses, since, of_engine)
  VALUES (?, 0, ?, 0, ?, ?) ON CONFLICT DO NOTHING`

const nextTrouble = `UPDATE standing SET reason = ?, of_engine = ? WHERE engine = ? AND pauses = 0`

function degrade({ sql }: Store, engine: string, { since, reason, ofEngine }: Trouble): boolean {
  const isFirst = sql(firstTrouble).run(engine, reason, since, Number(ofEngine)).changes === 1
  if (!isFirst) sql(nextTrouble).run(reason, Number(ofEngine), engine)
  return isFirst
}

function read({ sql }: Store, engine: string): EngineStanding {
  const row = sql('SELECT * FROM standing WHERE engine = ?').get(engine)
  if (!row) return { pauses: 0 }
  const pauses = row['pauses'] as number
  const since = row['since'] as number | null
  return {
    ...(pauses > 0 && { pausedUntil: row['paused_until'] as number }),
    reason: row['reason'] as string,
    // An earlier version did not write that down.
    ...(since !== null && { since }),
    ...(row['of_engine'] !== null && { ofEngine: row['of_engine'] === 1 }),
    pauses,
  }
}

/** The probe lengthens the pause for all others. */
function takeProbe({ sql }: Store, engine: string, now: number, until: number): boolean {
  const text =
    'UPDATE standing SET paused_until = ? WHERE engine = ? AND paused_until <= ? AND pauses > 0'
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
