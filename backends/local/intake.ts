import type { Email } from '../../mail/email/email.ts'
import { contentKey, encodeContent } from '../../mail/content.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Intake } from '../../mail/ports/intake.ts'
import { upsertBlob } from './blobs.ts'
import { findEmail, insertEmail } from './email-rows.ts'
import type { Store } from './group-commit.ts'
import type { LocalQueue } from './queue.ts'

/** The way in: content, record and job are in one database, so one commit takes them all. */
export function sqliteIntake({ sql }: Store, queue: LocalQueue): Intake {
  function keep(email: Email, content: Uint8Array): Job {
    upsertBlob(sql, contentKey(email.id), content)
    return jobOf(insertEmail(sql, email) ? email : findEmail(sql, email.id)!)
  }

  return {
    async put(arrivals) {
      const kept = arrivals.map(({ email, content }) => ({
        email,
        bytes: encodeContent(content),
      }))
      await queue.putWith(() => kept.map(({ email, bytes }) => keep(email, bytes)))
    },
  }
}
