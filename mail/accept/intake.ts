import { contentKey, encodeContent } from '../content.ts'
import { jobOf } from '../email/job.ts'
import type { Job } from '../email/job.ts'
import { allProjects } from '../email/project.ts'
import { eventsOfArrival } from '../own-events.ts'
import type { Backend } from '../ports/backend.ts'
import type { Arrival, Intake } from '../ports/intake.ts'

type Stores = Pick<Backend, 'blobs' | 'emails' | 'queue' | 'events'>

/**
 * The way in by three writes: records and contents, and then, as the point at which all are
 * accepted, the jobs. A crash before it leaves only what no caller was promised.
 */
export function intakeInSteps(stores: Stores): Intake {
  return {
    async put(arrivals) {
      const jobs: Job[] = []
      const carried = { bytes: 0 }
      for (let first = 0; first < arrivals.length; first += atOnce) {
        const some = arrivals.slice(first, first + atOnce)
        jobs.push(...(await Promise.all(some.map((one) => keep(stores, one, carried)))))
      }
      if (jobs.length > 0) await stores.queue.put(jobs)
    },
  }
}

/** Arrivals that are written at a time: more would only be in memory, encoded. */
const atOnce = 100

/** What the jobs of one put hold of contents so far. */
interface Carried {
  bytes: number
}

/** Writes everything but the job, which it returns: until that is put nothing was accepted. */
export async function keep(
  { blobs, emails, queue, events }: Stores,
  { email: wanted, content }: Arrival,
  carried: Carried = { bytes: 0 },
): Promise<Job> {
  const bytes = encodeContent(content)
  const { inlineBytes, togetherBytes } = queue.limits
  const together = carried.bytes + bytes.byteLength
  const apart = wanted.scheduled || bytes.byteLength > inlineBytes || together > togetherBytes
  if (!apart) carried.bytes = together
  // Neither is of any use without the job, which comes last; so they need not wait for each other.
  const [, isNew] = await Promise.all([
    apart && blobs.put(contentKey(wanted.id), bytes),
    emails.create(wanted),
    ...eventsOfArrival(wanted).map((event) => events.record(event)),
  ])
  // The record of an earlier try counts: what it says of capturing may differ from settings now.
  const email = (!isNew && (await emails.get(wanted.id, allProjects))) || wanted
  return jobOf(email, apart ? undefined : content)
}
