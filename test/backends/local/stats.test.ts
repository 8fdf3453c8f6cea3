import { describe, expect, it, onTestFinished } from 'vitest'
import { newId } from '../../../mail/email/id.ts'
import type { EmailState } from '../../../mail/email/states.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'
import { testStats } from '../../conformance/stats.ts'
import { keeping, temporaryBackend, type TemporaryBackend } from './temporary.ts'

const hour = 3_600_000

testStats('SQLite', async () => {
  const place = temporaryBackend()
  const { backend, close } = place
  return {
    stats: backend.stats,
    close,
    settled: (...told) => settled(place, ...told),
    async told(type, at, project = 'default') {
      const event = { id: newId(at), type, project, at: at - 5 * hour, recordedAt: at } as const
      await backend.events.record({ ...event, source: 'ses' })
      // Of the same project, and counted nowhere.
      await backend.events.record({ ...event, id: newId(at), type: 'email.opened', source: 'ses' })
    },
  }
})

async function settled(
  { backend: { emails } }: TemporaryBackend,
  state: EmailState,
  at: number,
  project = 'default',
) {
  const email = anEmail({ project })
  await emails.create(email)
  if (state === 'canceled') {
    await emails.change(email, { state, settledAt: at })
    return email.id
  }
  const claim = await emails.claim(email.id, noon, 60)
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  await emails.settle(email.id, claim.claim, { state, settledAt: at })
  return email.id
}

describe('stats in SQLite', () => {
  function open(): TemporaryBackend {
    const place = temporaryBackend({ days: 1 })
    onTestFinished(place.close)
    return place
  }

  const all = ({ backend: { stats } }: TemporaryBackend) =>
    stats.read('*', 0, noon + 1_000 * 24 * hour)

  it('count an email that is tried again each time it settled', async () => {
    const place = open()
    const { emails } = place.backend
    const id = await settled(place, 'failed', noon)
    const failed = (await emails.get(id, '*'))!
    await emails.change(failed, { state: 'queued', settledAt: undefined })
    const claim = await emails.claim(id, noon, 60)
    if (claim.kind !== 'claimed') throw new Error(claim.kind)
    await emails.settle(id, claim.claim, { state: 'sent', settledAt: noon + 2 * hour })
    expect(await all(place)).toEqual([
      { at: noon, settled: { failed: 1 }, told: {} },
      { at: noon + 2 * hour, settled: { sent: 1 }, told: {} },
    ])
  })

  it('count an email by what it came to when it settled, not by what was told later', async () => {
    const place = open()
    const { emails } = place.backend
    const id = await settled(place, 'sent', noon)
    await emails.change((await emails.get(id, '*'))!, { state: 'bounced' })
    expect(await all(place)).toEqual([{ at: noon, settled: { sent: 1 }, told: {} }])
  })

  it('remember emails that were cleared away, for three months', async () => {
    const place = open()
    const id = await settled(place, 'sent', noon)
    await place.backend.sweep(noon + 30 * 24 * hour, keeping(0))
    expect(await place.backend.emails.get(id, '*')).toBeUndefined()
    expect(await all(place)).toEqual([{ at: noon, settled: { sent: 1 }, told: {} }])
    await place.backend.sweep(noon + 90 * 24 * hour, keeping(0))
    expect(await all(place)).toHaveLength(1)
    await place.backend.sweep(noon + (90 * 24 + 1) * hour, keeping(0))
    expect(await all(place)).toEqual([])
  })
})
