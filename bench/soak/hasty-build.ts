import { DatabaseSync, type StatementSync } from 'node:sqlite'

/**
 * Loaded before Postern, this makes a broken build of it: every COMMIT returns at once and is done
 * a moment later, so that what was answered may be lost. The soak must find that out; one that
 * finds nothing here proves nothing elsewhere.
 */
const lagMs = 150

const whole = { ...Object.getOwnPropertyDescriptors(DatabaseSync.prototype) }
const prepare = whole.prepare.value!
const close = whole.close.value!
const overdue = new WeakMap<DatabaseSync, NodeJS.Timeout>()

DatabaseSync.prototype.prepare = function (text, options) {
  const statement = prepare.call(this, text, options)
  const run = statement.run.bind(statement)
  if (text === 'COMMIT') statement.run = () => later(this, run)
  // What has not been committed yet goes on.
  else if (text.startsWith('BEGIN')) statement.run = () => (overdue.has(this) ? done : run())
  return statement
}

DatabaseSync.prototype.close = function () {
  if (overdue.has(this)) this.exec('COMMIT')
  clearTimeout(overdue.get(this))
  close.call(this)
}

const done: ReturnType<StatementSync['run']> = { changes: 0, lastInsertRowid: 0 }

function later(db: DatabaseSync, commit: () => unknown) {
  const atLast = () => {
    overdue.delete(db)
    commit()
  }
  if (!overdue.has(db)) overdue.set(db, setTimeout(atLast, lagMs))
  return done
}
