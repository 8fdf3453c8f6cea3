import { expect, it } from 'vitest'
import { pulse } from '../../../mail/deliver/pulse.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import { virtualClock } from '../../virtual-clock.ts'

const later: Outcome = { kind: 'deferred', reason: '451 try again later' }
const lost: Outcome = { kind: 'deferred', reason: 'connection refused', ofEngine: true }
const sent: Outcome = { kind: 'sent' }

function rig() {
  const clock = virtualClock()
  const heart = pulse(clock)
  const attempt = (to: string, outcome: Outcome, isTroubled = false) =>
    heart.begin(to, isTroubled)(outcome)
  return { clock, attempt, since: clock.now() }
}

it('an engine that takes nothing for three recipients in a row is in trouble, in its own words', () => {
  const { attempt, since } = rig()
  expect([attempt('a@b.cd', later), attempt('c@d.ef', later)]).toEqual([undefined, undefined])
  expect(attempt('e@f.gh', later)).toEqual({
    since,
    reason: '451 try again later',
    ofEngine: false,
  })
})

it('so is one that takes nothing for two in the course of a minute', async () => {
  const { clock, attempt, since } = rig()
  attempt('a@b.cd', later)
  await clock.advance(60_000)
  expect(attempt('c@d.ef', later)).toMatchObject({ since })
})

it('a mailbox that is full for hours is no trouble of the engine', async () => {
  const { clock, attempt } = rig()
  for (let n = 0; n < 20; n++) {
    expect(attempt('full@b.cd', later)).toBeUndefined()
    await clock.advance(300_000)
  }
})

it('nor are two such mailboxes half an hour apart', async () => {
  const { clock, attempt } = rig()
  attempt('full@b.cd', later)
  await clock.advance(1_800_000)
  expect(attempt('also-full@b.cd', later)).toBeUndefined()
})

it('a connection that fails is trouble at once, or where something was taken just before, the third', () => {
  const { attempt } = rig()
  expect(attempt('a@b.cd', lost)).toMatchObject({ ofEngine: true })
  expect(attempt('a@b.cd', sent)).toBe('well')
  expect([attempt('a@b.cd', lost), attempt('a@b.cd', lost)]).toEqual([undefined, undefined])
  // Nor does it matter for whom: no other email would have got a connection.
  expect(attempt('a@b.cd', lost)).toMatchObject({ reason: 'connection refused' })
})

it('what was taken in between makes a new beginning', () => {
  const { attempt } = rig()
  for (const to of ['a@b.cd', 'c@d.ef']) attempt(to, later)
  expect(attempt('g@h.ij', sent)).toBeUndefined()
  for (const to of ['k@l.mn', 'o@p.qr']) expect(attempt(to, later)).toBeUndefined()
})
