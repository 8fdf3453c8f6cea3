import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../backends/local/durable-files.ts'
import { restoredName, type Restored } from '../backends/local/restore.ts'
import { jsonIn } from '../mail/email/json.ts'
import type { Log } from './log.ts'

/** Says once, at the first start on a restored backup, what waits there for a person. */
export function sayRestored(directory: string, log: Log): void {
  const file = join(directory, restoredName)
  const restored = jsonIn(readIfThere(file)?.toString() ?? '') as Restored | undefined
  if (!restored) return
  const { of, emails: held, notices: untold, missingSecrets } = restored
  log({
    level: 'warn',
    what: 'restored from a backup',
    of: new Date(of).toISOString(),
    ...{ held, untold, missingSecrets },
  })
  rmSync(file)
}
