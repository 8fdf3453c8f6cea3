import type { DatabaseSync } from 'node:sqlite'

/** At so many pages of 4 kB a commit writes the log into the database file by itself. */
export const pagesOfLog = 4_000

/** When what is in the log goes into the database file. */
export interface Checkpoints {
  /** Writes the log into the file and empties it, unless the file is held; says whether it did. */
  run(): boolean
  /**
   * Does so once more and then leaves the file as it is: all that is written from now on stays in
   * the log, until what this returns is called.
   *
   * @throws Error when the log cannot be written into the file now
   */
  hold(): () => void
}

/** No transaction may be open when either is called: none is between two turns. */
export function checkpointsOf(db: DatabaseSync): Checkpoints {
  let isHeld = false
  // Not by prepared statements: this pragma takes effect when it is prepared.
  const atPages = (pages: number) => db.exec(`PRAGMA wal_autocheckpoint = ${pages}`)
  const empty = () => db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()!['busy'] === 0

  function letGo() {
    if (isHeld) atPages(pagesOfLog)
    isHeld = false
  }

  return {
    run: () => !isHeld && empty(),
    hold() {
      if (isHeld || !empty()) throw new Error('the database file cannot be held now')
      isHeld = true
      atPages(0)
      return letGo
    },
  }
}
