import fc from 'fast-check'
import { expect } from 'vitest'
import type { Email } from '../../mail/email/email.ts'
import type { Claim, Emails } from '../../mail/ports/emails.ts'
import { allowed, claimable } from '../../mail/email/states.ts'
import { anEmail } from './email-samples.ts'

/**
 * Two workers with duplicate jobs and a person do whatever they may, in any order, while time
 * passes. After every step the store must say what the simplest imaginable record says, and at no
 * time may two claims be good for a settlement.
 */
export async function emailsFollowTheModel(emails: Emails, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const email = anEmail()
      await emails.create(email)
      const world: World = { now: email.dueAt, record: email, claims: ['', ''], seen: email }
      for (const each of steps) {
        await perform(emails, world, each)
        expect(await emails.get(email.id, '*')).toEqual(world.record)
      }
    }),
    { numRuns },
  )
}

interface World {
  now: number
  record: Email
  /** The claim that each worker believes to hold. */
  readonly claims: [string, string]
  /** The record as the person saw it last. */
  seen: Email
}

const worker = fc.constantFrom(0 as const, 1 as const)
const seconds = fc.integer({ min: 0, max: 90 })

const step = fc.oneof(
  fc.record({ what: fc.constant('claim' as const), worker, lease: seconds }),
  fc.record({ what: fc.constant('renew' as const), worker, lease: seconds }),
  fc.record({
    what: fc.constant('settle' as const),
    worker,
    state: fc.constantFrom('queued' as const, 'sent' as const, 'held' as const, 'failed' as const),
    delay: seconds,
  }),
  fc.record({ what: fc.constant('look' as const) }),
  fc.record({
    what: fc.constant('change' as const),
    state: fc.constantFrom('queued' as const, 'canceled' as const),
  }),
  fc.record({ what: fc.constant('pass' as const), seconds }),
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

async function perform(emails: Emails, world: World, each: Step): Promise<void> {
  if (each.what === 'pass') world.now += each.seconds * 1_000
  else if (each.what === 'look') world.seen = world.record
  else if (each.what === 'claim') await claim(emails, world, each)
  else if (each.what === 'renew') await renew(emails, world, each)
  else if (each.what === 'settle') await settle(emails, world, each)
  else await change(emails, world, each.state)
}

async function claim(emails: Emails, world: World, each: Step & { what: 'claim' }) {
  const { record, now } = world
  const answer = await emails.claim(record.id, now, each.lease)
  const expected = expectedClaim(record, now)
  expect(answer).toMatchObject(expected)
  if (answer.kind !== 'claimed') return
  expect(world.claims).not.toContain(answer.claim)
  world.claims[each.worker] = answer.claim
  world.record = {
    ...record,
    state: 'sending',
    revision: record.revision + 1,
    claim: answer.claim,
    leaseUntil: now + each.lease * 1_000,
  }
  expect(answer.email).toEqual(world.record)
}

function expectedClaim(record: Email, now: number): Partial<Claim> {
  const { state, dueAt, nextAttemptAt = 0, leaseUntil = 0 } = record
  if (!claimable.includes(state)) return { kind: 'notClaimable', state }
  if (state === 'sending' && leaseUntil > now) return { kind: 'leased', until: leaseUntil }
  const due = Math.max(dueAt, nextAttemptAt)
  if (due > now) return { kind: 'notDue', dueAt: due }
  return { kind: 'claimed', takenOver: state === 'sending' }
}

async function renew(emails: Emails, world: World, each: Step & { what: 'renew' }) {
  const { record, claims, now } = world
  const mine = claims[each.worker]
  const holds = mine !== '' && record.claim === mine
  expect(await emails.renew(record.id, mine, now, each.lease)).toBe(holds)
  if (holds) world.record = { ...record, leaseUntil: now + each.lease * 1_000 }
}

async function settle(emails: Emails, world: World, each: Step & { what: 'settle' }) {
  const { record, claims, now } = world
  const change = {
    state: each.state,
    attempts: record.attempts + 1,
    nextAttemptAt: each.state === 'queued' ? now + each.delay * 1_000 : undefined,
    settledAt: each.state === 'sent' ? now : undefined,
  }
  const mine = claims[each.worker]
  const holds = mine !== '' && record.claim === mine
  expect(await emails.settle(record.id, mine, change)).toBe(holds)
  if (!holds) return
  const { claim: _claim, leaseUntil: _lease, ...rest } = record
  world.record = defined({ ...rest, ...change, revision: record.revision + 1 })
}

async function change(emails: Emails, world: World, state: 'queued' | 'canceled') {
  const { seen, record } = world
  if (!allowed(seen.state, state)) return
  const wish = { state, since: world.now, nextAttemptAt: undefined }
  const answer = await emails.change(seen, wish)
  if (seen.revision !== record.revision) return expect(answer).toBeUndefined()
  const { claim: _claim, leaseUntil: _lease, ...rest } = record
  world.record = defined({ ...rest, ...wish, revision: record.revision + 1 })
  expect(answer).toEqual(world.record)
}

/** Without the keys whose value is undefined: what a record looks like when it is read. */
function defined(email: Email): Email {
  return Object.fromEntries(
    Object.entries(email).filter(([, value]) => value !== undefined),
  ) as unknown as Email
}
