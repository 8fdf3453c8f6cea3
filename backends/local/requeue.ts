import { contentKey } from '../../mail/content.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import { deleteBlob } from './blobs.ts'
import { deleteEmail, emailOf, type EmailRow } from './email-rows.ts'
import type { Store } from './group-commit.ts'
import { insertJob } from './queue.ts'

/**
 * Puts a job for every email that waits without one: a crash came between the two writes. A new
 * record without a job was never accepted, alone or in a batch: no caller was told yes, so it goes.
 * Run when a process starts, before anything else can put or take jobs.
 */
export function requeueStranded({ sql }: Store, clock: Clock): void {
  const stranded = sql(
    `SELECT * FROM emails WHERE state IN ('scheduled', 'queued', 'sending')
     AND id NOT IN (SELECT email_id FROM jobs)`,
  )
  for (const row of stranded.all()) {
    const email = emailOf(row as unknown as EmailRow)
    const dueAt = Math.max(email.dueAt, email.nextAttemptAt ?? 0)
    if (email.revision > 1) insertJob(sql, { ...jobOf(email), dueAt }, clock.now())
    else {
      deleteEmail(sql, email)
      deleteBlob(sql, contentKey(email.id))
    }
  }
}
