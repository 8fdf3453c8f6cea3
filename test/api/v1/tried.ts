import type { EmailChange } from '../../../mail/email/email.ts'
import type { OpenApi } from '../open-api.ts'

/** The id of no email. */
export const unknownId = '01890000-0000-7000-8000-000000000000'

/** An email that has been tried and came to this. */
export async function tried(
  { postern, clock, send }: OpenApi,
  change: EmailChange,
): Promise<string> {
  const id = await send()
  const claim = await postern.emails.claim(id, clock.now(), 60)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  const address = 'b@example.com'
  const state = change.state === 'held' ? 'held' : 'failed'
  await postern.emails.settle(id, claim.claim, {
    recipients: [{ address, state, reason: '550 no' }],
    ...change,
  })
  return id
}
