import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Content } from '../../mail/email/email.ts'
import { contentKey } from '../../mail/content.ts'
import { jobOf } from '../../mail/email/job.ts'
import type { Job } from '../../mail/email/job.ts'
import type { Blobs } from '../../mail/ports/blobs.ts'
import type { Emails } from '../../mail/ports/emails.ts'
import type { Intake } from '../../mail/ports/intake.ts'
import { anEmail } from './email-samples.ts'

export interface IntakeHarness {
  readonly intake: Intake
  readonly emails: Emails
  readonly blobs: Blobs
  /** Takes all jobs, also those that are due later, as the host of this place does. */
  receive(): Promise<readonly Job[]>
  close(): void | Promise<void>
}

/** What the way in must do, whatever it writes to. */
export function testIntake(name: string, open: () => Promise<IntakeHarness>) {
  describe(`${name}: intake`, () => {
    let harness: IntakeHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    /** Where a worker would find it. */
    async function contentOf({ id, content }: Job): Promise<unknown> {
      if (content) return content
      const bytes = await harness.blobs.get(contentKey(id))
      return bytes && JSON.parse(Buffer.from(bytes).toString())
    }

    it('keeps the record and the content, and puts the job', async () => {
      const email = anEmail()
      await harness.intake.put([{ email, content }])
      expect(await harness.emails.get(email.id, '*')).toEqual(email)
      const [job, ...others] = await harness.receive()
      expect(others).toEqual([])
      expect(job).toMatchObject(jobOf(email))
      expect(await contentOf(job!)).toEqual(content)
    })

    it('keeps the content of a scheduled email apart: it may be canceled with its job', async () => {
      const dueAt = anEmail().dueAt + 86_400_000
      const email = anEmail({ state: 'scheduled', scheduled: true, dueAt })
      await harness.intake.put([{ email, content }])
      expect(await harness.blobs.get(contentKey(email.id))).toBeDefined()
      expect(await harness.receive()).toMatchObject([{ id: email.id }])
    })

    it('takes many, each with its own content', async () => {
      const emails = Array.from({ length: 30 }, (_, i) => anEmail({ subject: `number ${i}` }))
      await harness.intake.put(
        emails.map((email) => ({ email, content: { ...content, text: email.subject } })),
      )
      const jobs = await harness.receive()
      const contents = await Promise.all(jobs.map(contentOf))
      expect(new Map(jobs.map(({ id }, i) => [id, contents[i]]))).toEqual(
        new Map(emails.map(({ id, subject }) => [id, { ...content, text: subject }])),
      )
    })

    it('takes none', async () => {
      await harness.intake.put([])
      expect(await harness.receive()).toEqual([])
    })

    it('leaves a record that is there as it is, and puts the job that it asks for', async () => {
      const email = anEmail({ capture: true })
      await harness.emails.create(email)
      await harness.intake.put([{ email: { ...email, capture: false }, content }])
      expect(await harness.emails.get(email.id, '*')).toEqual(email)
      expect(await harness.receive()).toMatchObject([jobOf(email)])
    })
  })
}

const content: Content = { kind: 'structured', text: 'grüß dich', headers: {}, attachments: [] }
