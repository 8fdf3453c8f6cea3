import { expect, it } from 'vitest'
import { intakeInSteps } from '../../../mail/accept/intake.ts'
import type { Backend } from '../../../mail/ports/backend.ts'
import type { Intake } from '../../../mail/ports/intake.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'
import { testIntake } from '../../conformance/intake.ts'
import { temporaryBackend } from './temporary.ts'

const harness = (intakeOf: (backend: Backend) => Intake) => async () => {
  const { backend, clock, close } = temporaryBackend()
  const { emails, blobs, queue } = backend
  return {
    intake: intakeOf(backend),
    emails,
    blobs,
    async receive() {
      await clock.advance(noon + 7 * 86_400_000 - clock.now())
      return queue.take(Infinity, Infinity)
    },
    close,
  }
}

testIntake(
  'SQLite',
  harness(({ intake }) => intake),
)
testIntake('in steps', harness(intakeInSteps))

it('of SQLite takes all of a batch or nothing', async () => {
  const { backend, close } = temporaryBackend()
  const content = { kind: 'structured', headers: {}, attachments: [] } as const
  const bad = anEmail({
    subject: { toJSON: () => undefined } as unknown as string,
    lastReason: (() => 'no value that SQLite takes') as unknown as string,
  })
  const arrivals = [anEmail(), bad].map((email) => ({ email, content }))
  await expect(backend.intake.put(arrivals)).rejects.toThrow()
  expect(await backend.emails.list({ scope: '*', limit: 10 })).toMatchObject({ data: [] })
  expect(backend.queue.take(10, 10)).toEqual([])
  close()
})
