import { contentKey, encodeContent } from '../content.ts'
import { jobOf } from '../email/job.ts'
import type { Job } from '../email/job.ts'
import { allProjects } from '../email/project.ts'
import type { Backend } from '../ports/backend.ts'
import type { Arrival, Intake } from '../ports/intake.ts'

type Stores = Pick<Backend, 'blobs' | 'emails' | 'queue'>

/**
 * The way in by three writes: records and contents, and then, as the point at which all are
 * accepted, the jobs. A crash before it leaves only what no caller was promised.
 */
export function intakeInSteps(stores: Stores): Intake {
  return {
    async put(arrivals) {
      const jobs = await Promise.all(arrivals.map((arrival) => keep(stores, arrival)))
      if (jobs.length > 0) await stores.queue.put(jobs)
    },
  }
}

/** Writes everything but the job, which it returns: until that is put nothing was accepted. */
export async function keep(
  { blobs, emails, queue }: Stores,
  { email: wanted, content }: Arrival,
): Promise<Job> {
  const bytes = encodeContent(content)
  const apart = wanted.scheduled || bytes.byteLength > queue.limits.inlineBytes
  // Neither is of any use without the job, which comes last; so they need not wait for each other.
  const [, isNew] = await Promise.all([
    apart && blobs.put(contentKey(wanted.id), bytes),
    emails.create(wanted),
  ])
  // The record of an earlier try counts: what it says of capturing may differ from settings now.
  const email = (!isNew && (await emails.get(wanted.id, allProjects))) || wanted
  return jobOf(email, apart ? undefined : content)
}
