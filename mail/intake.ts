import { contentKey, jobOf } from './job.ts'
import type { Arrival, Backend, Intake, Job } from './ports.ts'

/**
 * The way in by three writes: records and contents, and then, as the point at which all are
 * accepted, the jobs. A crash before it leaves what nobody was told of.
 */
export function intakeInSteps({
  blobs,
  emails,
  queue,
}: Pick<Backend, 'blobs' | 'emails' | 'queue'>): Intake {
  async function keep({ email: wanted, content }: Arrival): Promise<Job> {
    const bytes = Buffer.from(JSON.stringify(content))
    const apart = wanted.scheduled || bytes.byteLength > queue.limits.inlineBytes
    // Neither is of any use without the job, which comes last; so they need not wait for each other.
    const [, isNew] = await Promise.all([
      apart && blobs.put(contentKey(wanted.id), bytes),
      emails.create(wanted),
    ])
    // The record of an earlier try counts: what it says of capturing may differ from the settings now.
    const email = (!isNew && (await emails.get(wanted.id))) || wanted
    return jobOf(email, apart ? undefined : content)
  }

  return {
    async put(arrivals) {
      const jobs = await Promise.all(arrivals.map(keep))
      if (jobs.length > 0) await queue.put(jobs)
    },
  }
}
