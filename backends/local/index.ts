import type { Backend } from '../../mail/ports/backend.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Web } from '../../mail/ports/web.ts'
import type { KeptFor } from '../../mail/settings/kept-for.ts'
import { openWeb } from '../web/index.ts'
import { sqliteAudit } from './audit.ts'
import { backupsOf, type Backup } from './backup.ts'
import { sqliteBlobs } from './blobs.ts'
import { sqliteCaptures } from './captures.ts'
import { checkpointsOf } from './checkpoints.ts'
import { openDatabase } from './database.ts'
import { sqliteDeadLetters } from './dead-letters.ts'
import { expireLeases, sqliteEmails } from './emails.ts'
import { commitTrouble } from './commit-trouble.ts'
import { sqliteEvents } from './events.ts'
import { freshEmails } from './fresh.ts'
import { groupCommit } from './group-commit.ts'
import { sqliteErasure } from './erasure/erasure.ts'
import { dropDeleted, purge } from './gone.ts'
import { sqliteGroups } from './groups.ts'
import { releaseEntries, sqliteIdempotency } from './idempotency.ts'
import { defaultKeep, type Keep } from './keep.ts'
import { sqliteIntake } from './intake.ts'
import { sqliteKeys } from './keys.ts'
import { sqliteLinkKeys } from './link-keys.ts'
import { sqliteNotices, type LocalNotices } from './notices.ts'
import { sqliteQueue, type LocalQueue } from './queue.ts'
import { sqliteReputation } from './reputation.ts'
import { requeueStranded } from './requeue.ts'
import { sweep, type Swept } from './retention.ts'
import { sqliteSessions } from './sessions.ts'
import { fileSettings } from './settings-store.ts'
import { sqliteSignals, type LocalSignals } from './signals.ts'
import { sqliteStanding } from './standing.ts'
import { sqliteStats } from './stats.ts'
import { sqliteStrays } from './strays.ts'
import { sqliteSuppressions } from './suppressions.ts'
import { tellingStore } from './telling.ts'
import { sqliteTemplates } from './templates.ts'
import { sqliteUploads } from './uploads.ts'
import { sqliteWebhooks, type LocalWebhooks } from './webhooks.ts'

/** Everything that one machine keeps, in one directory that one process holds alone. */
export interface LocalBackend extends Backend {
  readonly queue: LocalQueue
  readonly signals: LocalSignals
  readonly notices: LocalNotices
  readonly webhooks: LocalWebhooks
  /**
   * Removes what need not be kept longer, and all that is left of what was deleted;
   * for how long the settings say.
   */
  sweep(now: number, settings: KeptFor): Promise<Swept>
  /** Why commits fail since the last that did not, if so; tries once more to be sure. */
  commitTrouble(): Promise<unknown>
  /** All that was committed until now, but for secrets; undefined while another is being taken. */
  backUp(): Backup | undefined
  /** Commits what waits and releases the directory. May be called twice. */
  close(): void
}

interface LocalOptions {
  readonly clock: Clock
  readonly keep?: Keep
  /** The world outside, where a test has another. */
  readonly web?: Web
}

/**
 * Opens a data directory, creating it if needed.
 *
 * @throws Error in words for the user: in use, not usable, or written by a newer Postern
 */
export function localBackend(
  directory: string,
  { clock, keep = defaultKeep, web = openWeb() }: LocalOptions,
): LocalBackend {
  const db = openDatabase(directory)
  const plain = groupCommit(db)
  const checkpoints = checkpointsOf(db)
  const backups = backupsOf({ directory, db, checkpoints, clock })
  const notices = sqliteNotices(plain)
  const webhooks = sqliteWebhooks(plain, (event) => store.tell(event))
  const store = tellingStore(plain, webhooks, notices)
  expireLeases(store)
  releaseEntries(store)
  requeueStranded(store, clock)
  const fresh = freshEmails()
  const queue = sqliteQueue(store, clock, fresh)
  return {
    intake: sqliteIntake(store, queue, fresh, clock),
    emails: sqliteEmails(store, queue, fresh),
    events: sqliteEvents(store, store.tell),
    erasure: sqliteErasure(store, () => purge(store, db, checkpoints)),
    idempotency: sqliteIdempotency(store),
    audit: sqliteAudit(store),
    keys: sqliteKeys(store),
    sessions: sqliteSessions(store),
    groups: sqliteGroups(store),
    queue,
    deadLetters: sqliteDeadLetters(store),
    blobs: sqliteBlobs(store),
    captures: sqliteCaptures(store, clock),
    settings: fileSettings(directory),
    reputation: sqliteReputation(store),
    signals: sqliteSignals(store, clock),
    standing: sqliteStanding(store, clock),
    stats: sqliteStats(store),
    strays: sqliteStrays(store),
    suppressions: sqliteSuppressions(store, clock),
    linkKeys: sqliteLinkKeys(store),
    templates: sqliteTemplates(store),
    uploads: sqliteUploads(store),
    webhooks,
    notices,
    web,
    // What is asked for in one turn of the event loop shares a transaction.
    commit: async (writes) => void (await Promise.all(writes.map((write) => write()))),
    clock,
    async sweep(now, settings) {
      const swept = await sweep(store, keep, now, settings)
      await dropDeleted(store, checkpoints)
      return swept
    },
    commitTrouble: () => commitTrouble(store),
    backUp: () => backups.take(),
    close() {
      backups.stop()
      store.close()
      backups.close()
    },
  }
}
