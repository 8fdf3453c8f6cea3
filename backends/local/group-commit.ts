import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { storageTrouble } from '../../mail/trouble.ts'

/** The database as the ports use it. Reads go straight; every change goes through `write`. */
export interface Store {
  /** The statement of this text, prepared once. */
  readonly sql: (text: string) => StatementSync
  /**
   * Runs a piece of work in the next transaction and resolves with what it returned once that is
   * on disk. All that is asked for while the process is busy shares one sync; what throws is
   * undone and rejected alone. When the commit itself fails all are rejected, and the next
   * transaction starts afresh. The work must be synchronous, and may be run a second time after
   * the first was undone.
   */
  readonly write: <T>(work: () => T) => Promise<T>
  /**
   * The same for what can wait: it goes with the next transaction, and alone only after
   * some milliseconds.
   */
  readonly writeSoon: <T>(work: () => T) => Promise<T>
  /** Why the last transaction failed, or a work in it for want of room; undefined when all is well. */
  readonly trouble: () => unknown
  /** Commits what waits and closes the database; later writes are rejected. */
  close(): void
}

/** A commit of one takes as long as one of ten: it waits while each turn of the event loop brings more. */
const mostTurns = 4

/** So long `writeSoon` waits for another transaction, in milliseconds: a sync for an email less. */
const soonMs = 4

/** One transaction ends after this many works or milliseconds: none of them waits long for others. */
const mostWorks = 1_000
const longestTransactionMs = 25

interface Work {
  readonly run: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Reports to the caller of a work how it ended. */
type Report = () => void

/** Makes one sync of the disk serve many writers. */
export function groupCommit(db: DatabaseSync): Store {
  const sql = statementsOf(db)
  const waiting: Work[] = []
  let trouble: unknown
  let closed = false
  let isGathering = false
  let isSoon = false

  function flush() {
    isGathering = false
    while (waiting.length > 0) {
      const { answers, failure } = commitSome(db, sql, waiting)
      trouble = failure
      for (const answer of answers) answer()
      if (!closed) return again()
    }
  }

  function again() {
    if (waiting.length === 0 || isGathering) return
    isGathering = true
    gather()
  }

  function soon() {
    if (isSoon || isGathering) return
    isSoon = true
    setTimeout(() => {
      isSoon = false
      again()
    }, soonMs)
  }

  function add<T>(run: () => T): Promise<T> {
    if (closed) return Promise.reject(new Error('the data directory is closed'))
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const refuse = (error: unknown) => {
      // Too large for what is left of the disk, where the rest of the transaction was not.
      if (storageTrouble(error)) trouble = error
      reject(error)
    }
    waiting.push({ run, resolve: resolve as Work['resolve'], reject: refuse })
    return promise
  }

  function gather(before = 0, turn = 0) {
    setImmediate(() => {
      if (waiting.length > before && turn < mostTurns) gather(waiting.length, turn + 1)
      else flush()
    })
  }

  return {
    sql,
    trouble: () => trouble,
    write(run) {
      const written = add(run)
      again()
      return written
    },
    writeSoon(run) {
      const written = add(run)
      soon()
      return written
    },
    close() {
      if (closed) return
      closed = true
      flush()
      db.close()
    },
  }
}

function statementsOf(db: DatabaseSync): Store['sql'] {
  const statements = new Map<string, StatementSync>()
  return (text) => {
    const known = statements.get(text)
    if (known) return known
    const statement = db.prepare(text)
    statements.set(text, statement)
    return statement
  }
}

interface Committed {
  readonly answers: readonly Report[]
  readonly failure?: unknown
}

/** One transaction with as much of what waits as fits; every answer is true only after it. */
function commitSome(db: DatabaseSync, sql: Store['sql'], waiting: Work[]): Committed {
  let answers: Report[] = []
  try {
    sql('BEGIN IMMEDIATE').run()
    if (!runTogether(waiting, answers)) {
      if (db.isTransaction) sql('ROLLBACK').run()
      answers = []
      sql('BEGIN IMMEDIATE').run()
      runSome(waiting, answers, (work) => runAlone(db, sql, work))
    }
    sql('COMMIT').run()
    waiting.splice(0, answers.length)
    return { answers }
  } catch (error) {
    if (db.isTransaction) sql('ROLLBACK').run()
    // The work that ended the transaction has no answer yet.
    const undone = waiting.splice(0, answers.length + 1)
    return { answers: undone.map((work) => () => work.reject(error)), failure: error }
  }
}

/** Without savepoints, which take a tenth of the time: hardly a work ever throws. Says if none did. */
function runTogether(waiting: readonly Work[], answers: Report[]): boolean {
  try {
    runSome(waiting, answers, (work) => {
      const value = work.run()
      return () => work.resolve(value)
    })
    return true
  } catch {
    return false
  }
}

function runSome(waiting: readonly Work[], answers: Report[], run: (work: Work) => Report) {
  const most = Math.min(waiting.length, mostWorks)
  const end = performance.now() + longestTransactionMs
  do {
    answers.push(run(waiting[answers.length]!))
  } while (answers.length < most && performance.now() < end)
}

function runAlone(db: DatabaseSync, sql: Store['sql'], work: Work): Report {
  sql('SAVEPOINT work').run()
  try {
    const value = work.run()
    sql('RELEASE work').run()
    return () => work.resolve(value)
  } catch (error) {
    // A full disk or a failing one may have ended the whole transaction (sqlite.org/lang_transaction.html).
    if (!db.isTransaction) throw error
    sql('ROLLBACK TO work').run()
    sql('RELEASE work').run()
    return () => work.reject(error)
  }
}
