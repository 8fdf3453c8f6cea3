import { expect, it, onTestFinished } from 'vitest'
import { freshEmails } from '../../../backends/local/fresh.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'
import { temporaryBackend } from './temporary.ts'

const content = { kind: 'structured', text: 'Hi', headers: {}, attachments: [] } as const

async function accepted(change: Parameters<typeof anEmail>[0] = {}) {
  const { backend, close } = temporaryBackend()
  onTestFinished(() => close())
  const email = anEmail(change)
  await backend.intake.put([{ email, content }])
  return { emails: backend.emails, email }
}

it('an email that was just accepted is claimed as it is on disk, with its content', async () => {
  const { emails, email } = await accepted()
  const claim = await emails.claim(email.id, noon, 75)
  expect(claim).toMatchObject({ kind: 'claimed', content, takenOver: false })
  expect(claim).toHaveProperty('email', await emails.get(email.id, '*'))
})

it('is read from disk again once anything has happened to it', async () => {
  const { emails, email } = await accepted()
  await emails.change(email, { state: 'canceled' })
  expect(await emails.claim(email.id, noon, 75)).toEqual({
    kind: 'notClaimable',
    state: 'canceled',
  })
})

it('is claimed once only, however often it is tried', async () => {
  const { emails, email } = await accepted()
  const claims = await Promise.all([1, 2, 3].map(() => emails.claim(email.id, noon, 75)))
  expect(claims.map(({ kind }) => kind)).toEqual(['claimed', 'leased', 'leased'])
})

it('is not claimed before it is due', async () => {
  const { emails, email } = await accepted({ dueAt: noon + 1_000 })
  expect(await emails.claim(email.id, noon, 75)).toMatchObject({ kind: 'notDue' })
})

it('keeps no more in memory than 8 MB, the latest', () => {
  const fresh = freshEmails()
  const arrivals = Array.from({ length: 40 }, () => ({ email: anEmail(), content }))
  for (const arrival of arrivals) fresh.keep(arrival, 250_000)
  const kept = arrivals.map(({ email }) => fresh.take(email.id) !== undefined)
  expect(kept.lastIndexOf(false)).toBe(7)
  expect(kept.filter(Boolean)).toHaveLength(32)
})

it('keeps no large one', () => {
  const fresh = freshEmails()
  const arrival = { email: anEmail(), content }
  fresh.keep(arrival, 256_001)
  expect(fresh.take(arrival.email.id)).toBeUndefined()
})
