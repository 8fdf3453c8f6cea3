import { contentKey, encodeContent } from '../../mail/content.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Arrival, Intake } from '../../mail/ports/intake.ts'
import { upsertBlob } from './blobs.ts'
import { findEmail, insertEmail } from './email-rows.ts'
import type { Fresh } from './fresh.ts'
import type { Store } from './group-commit.ts'
import type { LocalQueue } from './queue.ts'

/** The way in: content, record and job are in one database, so one commit takes them all. */
export function sqliteIntake({ sql }: Store, queue: LocalQueue, fresh: Fresh): Intake {
  function keep(arrival: Arrival, bytes: Uint8Array): Job {
    const { email } = arrival
    upsertBlob(sql, contentKey(email.id), bytes)
    if (!insertEmail(sql, email)) return jobOf(findEmail(sql, email.id)!)
    if (email.state === 'queued') fresh.keep(arrival, bytes.byteLength)
    return jobOf(email)
  }

  return {
    async put(arrivals) {
      const kept = arrivals.map((arrival) => ({ arrival, bytes: encodeContent(arrival.content) }))
      await queue.putWith(() => kept.map(({ arrival, bytes }) => keep(arrival, bytes)))
    },
  }
}
