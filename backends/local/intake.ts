import { contentKey, encodeContent } from '../../mail/content.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Job } from '../../mail/email/job.ts'
import { leaseSeconds } from '../../mail/deliver/lease.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Arrival, Intake } from '../../mail/ports/intake.ts'
import { eventsOfArrival } from '../../mail/own-events.ts'
import { upsertBlob } from './blobs.ts'
import { findEmail, insertEmail } from './email-rows.ts'
import { claimed } from './emails.ts'
import { mostBytesEach, type Fresh } from './fresh.ts'
import type { LocalQueue } from './queue.ts'
import type { TellingStore } from './telling.ts'

/** The way in: content, record and job are in one database, so one commit takes them all. */
export function sqliteIntake(
  { sql, write, tell }: TellingStore,
  queue: LocalQueue,
  fresh: Fresh,
  clock: Clock,
): Intake {
  function keep(arrival: Arrival, bytes: Uint8Array): Job {
    const { email } = arrival
    upsertBlob(sql, contentKey(email.id), bytes)
    if (!insertEmail(sql, email)) return jobOf(findEmail(sql, email.id)!)
    for (const event of eventsOfArrival(email)) tell(event)
    if (email.state === 'queued') fresh.keep(arrival, bytes.byteLength)
    return jobOf(email)
  }

  /**
   * Accepts and claims in one commit what the worker has a place for now. It needs no job: until
   * it is settled, its record says that it is being sent.
   *
   * @returns false when it has to go the usual way
   */
  async function pass({ email, content }: Arrival, bytes: Uint8Array): Promise<boolean> {
    const now = clock.now()
    const isPlain = email.state === 'queued' && email.dueAt <= now && email.group === undefined
    if (!isPlain || bytes.byteLength > mostBytesEach) return false
    const begin = queue.pass(jobOf(email))
    if (!begin) return false
    const held = claimed(email, now + leaseSeconds * 1_000)
    let isKept = false
    try {
      isKept = await write(() => {
        const isNew = insertEmail(sql, held.email)
        if (isNew) upsertBlob(sql, contentKey(email.id), bytes)
        return isNew
      })
      if (isKept) fresh.begun.set(email.id, { ...held, content })
      return isKept
    } finally {
      begin(isKept)
    }
  }

  return {
    async put(arrivals) {
      const kept = arrivals.map((arrival) => ({ arrival, bytes: encodeContent(arrival.content) }))
      const [first] = kept
      if (kept.length === 1 && first && (await pass(first.arrival, first.bytes))) return
      await queue.putWith(() => kept.map(({ arrival, bytes }) => keep(arrival, bytes)))
    },
  }
}
