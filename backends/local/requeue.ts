import { jobOf } from '../../mail/accept.ts'
import { contentKey } from '../../mail/job.ts'
import type { Clock } from '../../mail/ports.ts'
import { deleteEmail, emailOf, type EmailRow } from './email-rows.ts'
import type { Store } from './group-commit.ts'
import { insertJob } from './queue.ts'

/**
 * Puts a job for every email that waits without one: a crash came between the two writes. A new
 * record that has not even its content was never accepted, and goes. Run when a process starts, before
 * anything else can put or take jobs.
 */
export function requeueStranded({ sql }: Store, clock: Clock): void {
  const stranded = sql(
    `SELECT * FROM emails WHERE state IN ('scheduled', 'queued', 'sending')
     AND id NOT IN (SELECT email_id FROM jobs)`,
  )
  const content = sql('SELECT 1 FROM blobs WHERE key = ?')
  for (const row of stranded.all()) {
    const email = emailOf(row as unknown as EmailRow)
    const dueAt = Math.max(email.dueAt, email.nextAttemptAt ?? 0)
    const untouched = email.revision === 1
    if (untouched && !content.get(contentKey(email.id))) deleteEmail(sql, email)
    else insertJob(sql, { ...jobOf(email), dueAt }, clock.now())
  }
}
