import { jobOf } from '../../mail/accept.ts'
import type { Clock } from '../../mail/ports.ts'
import { emailOf, type EmailRow } from './email-rows.ts'
import type { Store } from './group-commit.ts'
import { insertJob } from './queue.ts'

/**
 * Puts a job for every email that waits without one: a crash came between the two writes. Run
 * when a process starts, before anything else can put or take jobs.
 */
export function requeueStranded({ sql }: Store, clock: Clock): void {
  const stranded = sql(
    `SELECT * FROM emails WHERE state IN ('scheduled', 'queued', 'sending')
     AND id NOT IN (SELECT email_id FROM jobs)`,
  )
  for (const row of stranded.all()) {
    const email = emailOf(row as unknown as EmailRow)
    const dueAt = Math.max(email.dueAt, email.nextAttemptAt ?? 0)
    insertJob(sql, jobOf(email), dueAt, clock.now())
  }
}
