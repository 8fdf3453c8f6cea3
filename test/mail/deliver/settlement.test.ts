import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Try } from '../../../mail/deliver/hand-off.ts'
import { asHeld, settlement, type SettlementOptions } from '../../../mail/deliver/settlement.ts'
import type { Email, Recipient } from '../../../mail/email/email.ts'
import {
  outcomeKinds,
  refusalKinds,
  type Outcome,
  type RefusedRecipient,
} from '../../../mail/email/outcome.ts'
import { allowed, recipientStates } from '../../../mail/email/states.ts'
import { mostRepeats } from '../../../mail/retry.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'

const second = 1_000
const hour = 3_600_000
const [ann, bob, cid] = ['ann@a.test', 'bob@b.test', 'cid@c.test'] as const

const to = (...recipients: (string | Recipient)[]): Pick<Email, 'recipients'> => ({
  recipients: recipients.map((one) =>
    typeof one === 'string' ? { address: one, state: 'queued' } : one,
  ),
})

const sending = (values: Partial<Email> = {}) =>
  anEmail({ state: 'sending', ...to(ann), ...values })

const tried = (outcome: Outcome, recipients: readonly string[] = [ann], more = {}): Try => ({
  engine: 'smtp',
  at: noon,
  recipients,
  outcome,
  ...more,
})

/** Jitter at its full: a wait is what the policy says, undivided. */
const settled = (email: Email, tries: readonly Try[], options: Partial<SettlementOptions> = {}) =>
  settlement(email, tries, { now: noon, giveUpAfterHours: 24, random: 1, ...options })

const refusing = (address: string, kind: RefusedRecipient['kind'], more = {}) => ({
  address,
  kind,
  reason: `${kind} ${address}`,
  ...more,
})

const deferred: Outcome = { kind: 'deferred', reason: '451 later' }
const blocked: Outcome = { kind: 'blocked', reason: '535 who are you' }
const rejected: Outcome = { kind: 'rejected', reason: '554 no' }
const ambiguous: Outcome = { kind: 'ambiguous', reason: 'lost after the dot' }

describe('what an attempt makes of an email', () => {
  it.each([
    [{ kind: 'sent' }, 'sent'],
    [{ kind: 'captured' }, 'captured'],
    [{ kind: 'discarded' }, 'discarded'],
    [rejected, 'failed'],
  ] as const)('is settled at once by %j: %s', (outcome, state) => {
    const email = sending({ nextAttemptAt: noon - second })
    expect(settled(email, [tried(outcome)])).toMatchObject({
      state,
      attempts: 1,
      settledAt: noon,
      nextAttemptAt: undefined,
      recipients: [{ address: ann, state }],
    })
  })

  it('tells in the timeline what each engine said', () => {
    const sent = { kind: 'sent', remoteId: 'remote-1', reason: '250 ok' } as const
    const tries = [tried(blocked, [ann], { engine: 'ses' }), tried(sent)]
    const { timeline, lastReason } = settled(sending(), tries)
    expect(lastReason).toBe('250 ok')
    expect(timeline!.slice(1)).toEqual([
      { at: noon, what: 'attempt', engine: 'ses', outcome: 'blocked', reason: '535 who are you' },
      {
        at: noon,
        what: 'attempt',
        engine: 'smtp',
        outcome: 'sent',
        reason: '250 ok',
        remoteId: 'remote-1',
      },
    ])
  })

  it('gives as its last reason the last that was given', () => {
    expect(settled(sending(), [tried(deferred), tried({ kind: 'captured' })])).toMatchObject({
      lastReason: '451 later',
    })
  })

  describe('when it has to be tried again', () => {
    it('waits for 30 s, and longer with each attempt that counted', () => {
      const waits = [0, 1, 2, 20].map((attempts) => {
        const change = settled(sending({ attempts }), [tried(deferred)])
        expect(change).toMatchObject({ state: 'queued', attempts: attempts + 1 })
        return (change.nextAttemptAt! - noon) / second
      })
      expect(waits).toEqual([30, 60, 120, 3_600])
    })

    it('waits for as long as the last engine asks', () => {
      const patient = { ...deferred, retryAfterSeconds: 600 } as const
      const next = (...tries: Try[]) => settled(sending(), tries).nextAttemptAt! - noon
      expect(next(tried(deferred), tried(patient))).toBe(600 * second)
      expect(next(tried(patient), tried(deferred))).toBe(30 * second)
    })

    it('does not count an attempt that met blocked engines alone', () => {
      const change = settled(sending({ attempts: 7 }), [tried(blocked), tried(blocked)])
      expect(change).toMatchObject({ state: 'queued', attempts: 7, lastReason: blocked.reason })
      // It may be tried whenever the engine is well again.
      expect(change.nextAttemptAt).toBeUndefined()
    })

    it('counts an attempt that one engine was willing to make', () => {
      expect(settled(sending(), [tried(blocked), tried(deferred)])).toMatchObject({ attempts: 1 })
    })
  })

  describe('when it is the last', () => {
    const last = { isLast: true }

    it('gives up, whatever time is left', () => {
      const change = settled(sending(), [tried(deferred)], last)
      expect(change).toMatchObject({ state: 'failed', settledAt: noon, nextAttemptAt: undefined })
      expect(change.timeline!.at(-1)).toEqual({ at: noon, what: 'gaveUp' })
    })

    it('leaves to a person what may have been sent', () => {
      const change = settled(sending(), [tried(ambiguous)], last)
      expect(change).toMatchObject({ state: 'held', settledAt: undefined })
    })

    it('is not given up when nothing is left to do', () => {
      const change = settled(sending(), [tried({ kind: 'sent' })], last)
      expect(change.state).toBe('sent')
      expect(change.timeline!.at(-1)).toMatchObject({ what: 'attempt' })
    })
  })

  describe('out of time', () => {
    const after = (hours: number) => ({ now: noon + hours * hour })

    it.each([
      [24 * hour - 1, 'queued'],
      [24 * hour, 'failed'],
    ] as const)('deferred after %d ms, it is %s', (age, state) => {
      expect(settled(sending(), [tried(deferred)], { now: noon + age })).toMatchObject({ state })
    })

    it('fails for those that have no copy; a person decides about those that may have one', () => {
      const doubtful = { address: bob, state: 'queued', doubts: 1 } as const
      const email = sending(to(ann, doubtful, { address: cid, state: 'sent' }))
      const change = settled(email, [tried(deferred, [ann, bob])], after(24))
      expect(change).toMatchObject({ state: 'held', settledAt: undefined })
      expect(change.recipients).toMatchObject([
        { address: ann, state: 'failed' },
        { address: bob, state: 'held', doubts: 1 },
        { address: cid, state: 'sent' },
      ])
    })

    it('never fails for an engine that is blocked: it is held', () => {
      const change = settled(sending(), [tried(blocked)], after(24))
      expect(change).toMatchObject({ state: 'held', lastReason: blocked.reason, attempts: 0 })
      expect(change.timeline!.at(-1)).toEqual({
        at: noon + 24 * hour,
        what: 'held',
        reason: blocked.reason,
      })
    })

    it('waits for a blocked engine three days at the most, for a willing one as long as set', () => {
      const options = { ...after(72), giveUpAfterHours: 100 }
      expect(settled(sending(), [tried(blocked)], options)).toMatchObject({ state: 'held' })
      expect(settled(sending(), [tried(deferred)], options)).toMatchObject({ state: 'queued' })
      const earlier = { now: noon + 72 * hour - 1, giveUpAfterHours: 100 }
      expect(settled(sending(), [tried(blocked)], earlier)).toMatchObject({ state: 'queued' })
    })

    it('says that it was blocked when no engine could be tried', () => {
      const change = settled(sending(), [], after(24))
      expect(change).toMatchObject({ state: 'held', lastReason: 'blocked', attempts: 0 })
    })
  })

  describe('when it cannot be known whether it was sent', () => {
    it('tries again, and counts the doubt', () => {
      expect(settled(sending(), [tried(ambiguous)])).toMatchObject({
        state: 'queued',
        attempts: 1,
        nextAttemptAt: noon + 30 * second,
        recipients: [{ address: ann, state: 'queued', doubts: 1, reason: ambiguous.reason }],
      })
    })

    it('waits longer after the second doubt', () => {
      const email = sending({ attempts: 1, ...to({ address: ann, state: 'queued', doubts: 1 }) })
      expect(settled(email, [tried(ambiguous)])).toMatchObject({
        state: 'queued',
        nextAttemptAt: noon + 60 * second,
        recipients: [{ doubts: 2 }],
      })
    })

    it('keeps the doubt through an attempt that says no', () => {
      const email = sending(to({ address: ann, state: 'queued', doubts: 1 }))
      expect(settled(email, [tried(deferred)])).toMatchObject({ recipients: [{ doubts: 1 }] })
    })

    it('asks a person at once when the caller wants that', () => {
      const change = settled(sending({ onAmbiguous: 'hold' }), [tried(ambiguous)])
      expect(change).toMatchObject({
        state: 'held',
        settledAt: undefined,
        nextAttemptAt: undefined,
      })
      expect(change.recipients).toMatchObject([{ state: 'held', doubts: 1 }])
    })

    it('sends no more copies than the policy allows to one, and goes on with the others', () => {
      const email = sending(to({ address: ann, state: 'queued', doubts: mostRepeats }, bob))
      const change = settled(email, [tried(ambiguous, [ann, bob])])
      const reason = `may have been sent ${mostRepeats + 1} times: ${ambiguous.reason}`
      expect(change).toMatchObject({ state: 'queued', lastReason: reason })
      expect(change.recipients).toMatchObject([
        { address: ann, state: 'held', doubts: mostRepeats + 1 },
        { address: bob, state: 'queued', doubts: 1 },
      ])
      expect(change.timeline!.at(-1)).toEqual({ at: noon, what: 'held', reason })
    })

    it('is held once no recipient is left that may get another copy', () => {
      const email = sending(to({ address: ann, state: 'queued', doubts: mostRepeats }))
      const change = settled(email, [tried(ambiguous)])
      expect(change).toMatchObject({
        state: 'held',
        settledAt: undefined,
        nextAttemptAt: undefined,
      })
    })
  })

  describe('with a word of its own about a recipient', () => {
    const refused = [refusing(bob, 'rejected'), refusing(cid, 'deferred')]

    it('takes that for this recipient, and the outcome for the rest', () => {
      const outcome = { kind: 'sent', reason: '250 ok', refused } as const
      const change = settled(sending(to(ann, bob, cid)), [tried(outcome, [ann, bob, cid])])
      expect(change.state).toBe('queued')
      expect(change.recipients).toEqual([
        { address: ann, state: 'sent', reason: '250 ok' },
        { address: bob, state: 'failed', reason: `rejected ${bob}` },
        { address: cid, state: 'queued', reason: `deferred ${cid}` },
      ])
      expect(change.timeline!.at(-1)).toMatchObject({ refused })
    })

    it('adds no doubt for one that was refused before the rest was in doubt', () => {
      const outcome = { ...ambiguous, refused } as const
      const change = settled(sending(to(ann, bob, cid)), [tried(outcome, [ann, bob, cid])])
      expect(change.recipients!.map(({ doubts }) => doubts)).toEqual([1, undefined, undefined])
    })

    it('is settled as sent when the others failed', () => {
      const outcome = { kind: 'sent', refused: [refusing(bob, 'rejected')] } as const
      const change = settled(sending(to(ann, bob)), [tried(outcome, [ann, bob])])
      expect(change).toMatchObject({ state: 'sent', settledAt: noon })
    })

    it('does not tell of those that the next request took', () => {
      const first = {
        kind: 'sent',
        refused: [refusing(bob, 'deferred', { atOnce: true })],
      } as const
      const tries = [tried(first, [ann, bob]), tried({ kind: 'sent' }, [bob])]
      const change = settled(sending(to(ann, bob)), tries)
      expect(change.recipients!.map(({ state }) => state)).toEqual(['sent', 'sent'])
      expect(change.timeline!.slice(1).every((entry) => !('refused' in entry))).toBe(true)
    })

    it('says nothing of those who were not among those tried, or had an end before', () => {
      const before = { address: bob, state: 'sent', reason: '250 before' } as const
      const change = settled(sending(to(ann, before, cid)), [tried(rejected, [ann, bob])])
      expect(change.recipients).toMatchObject([
        { address: ann, state: 'failed' },
        before,
        { address: cid, state: 'queued' },
      ])
    })

    it('keeps the reasons of a thousand recipients within 100,000 characters', () => {
      const addresses = Array.from({ length: 1_000 }, (_, i) => `r${i}@a.test`)
      const outcome = { ...rejected, reason: 'x'.repeat(500) }
      const change = settled(sending(to(...addresses)), [tried(outcome, addresses)])
      const lengths = change.recipients!.map(({ reason }) => reason!.length)
      expect(lengths).toEqual(addresses.map(() => 100))
    })
  })

  describe('by an engine that left it to others', () => {
    const passedOn = { passedOn: true }
    const elsewhere: Outcome = { kind: 'rejected', reason: 'too large here', elsewhere: true }

    it('becomes what they make of it', () => {
      const tries = [tried(elsewhere, [ann], passedOn), tried({ kind: 'sent' })]
      expect(settled(sending(), tries)).toMatchObject({ state: 'sent', attempts: 1 })
    })

    it('waits, uncounted, while they are paused; the timeline says why', () => {
      const change = settled(sending(), [tried(elsewhere, [ann], passedOn)])
      expect(change).toMatchObject({ state: 'queued', attempts: 0, recipients: to(ann).recipients })
      expect(change.timeline!.at(-1)).toMatchObject({
        outcome: 'rejected',
        reason: 'too large here',
      })
    })
  })

  it('holds for a person what waits, and nothing else', () => {
    const email = sending({ attempts: 3, ...to(ann, { address: bob, state: 'sent' }) })
    const change = asHeld(email, noon + hour, 'no engine')
    expect(change).toMatchObject({ state: 'held', attempts: 3, lastReason: 'no engine' })
    expect(change.recipients!.map(({ state }) => state)).toEqual(['held', 'sent'])
    expect(change.timeline!.at(-1)).toEqual({ at: noon + hour, what: 'held', reason: 'no engine' })
  })
})

describe('attempts of any kind, one after the other', () => {
  const addresses = [ann, bob, cid]
  const refused = fc.uniqueArray(
    fc.record({
      address: fc.constantFrom(...addresses),
      kind: fc.constantFrom(...refusalKinds),
      reason: fc.constant('refused'),
    }),
    { selector: ({ address }) => address },
  )
  const someTry = fc
    .record({
      kind: fc.constantFrom(...outcomeKinds),
      recipients: fc.subarray(addresses, { minLength: 1 }),
      refused,
      passedOn: fc.boolean(),
    })
    .map(({ kind, recipients, refused, passedOn }) => {
      const outcome = { kind, reason: 'because', refused } as Outcome
      return tried(outcome, recipients, kind === 'rejected' && passedOn ? { passedOn } : {})
    })
  const someRecipients = fc
    .tuple(...addresses.map(() => fc.constantFrom(...recipientStates)))
    .map((states) => to(...states.map((state, i) => ({ address: addresses[i]!, state }))))
    .filter(({ recipients }) => recipients.some(({ state }) => state === 'queued'))
  const attempt = fc.record({
    tries: fc.array(someTry, { maxLength: 3 }),
    waited: fc.integer({ min: 0, max: 30 * hour }),
    isLast: fc.boolean(),
  })
  const history = fc.record({
    first: someRecipients,
    onAmbiguous: fc.constantFrom('retry' as const, 'hold' as const),
    attempts: fc.array(attempt, { minLength: 1, maxLength: 8 }),
  })

  type Attempt = typeof attempt extends fc.Arbitrary<infer One> ? One : never

  /** The email as every attempt found it and left it. */
  function* lives(email: Email, attempts: readonly Attempt[]) {
    let before = email
    let now = noon
    for (const { tries, waited, isLast } of attempts) {
      now += waited
      const change = settled(before, tries, { now, isLast })
      yield { before, change, now }
      if (change.state !== 'queued') return
      before = { ...before, ...change, state: 'sending' }
    }
  }

  const always = (
    holds: (life: ReturnType<typeof lives> extends Iterable<infer L> ? L : never) => void,
  ) =>
    fc.assert(
      fc.property(history, ({ first, onAmbiguous, attempts }) => {
        for (const life of lives(sending({ ...first, onAmbiguous }), attempts)) holds(life)
      }),
    )

  it('lead only to states that an email may go to from sending', () => {
    always(({ change }) => expect(allowed('sending', change.state!)).toBe(true))
  })

  it('never queue again a recipient that has it, or whose fate is known', () => {
    always(({ before, change }) => {
      before.recipients.forEach((recipient, i) => {
        if (recipient.state !== 'queued') expect(change.recipients![i]).toEqual(recipient)
      })
    })
  })

  it('may have sent no more copies to a recipient still waiting than the policy allows', () => {
    always(({ change }) => {
      const waiting = change.recipients!.filter(({ state }) => state === 'queued')
      expect(waiting.every(({ doubts = 0 }) => doubts <= mostRepeats)).toBe(true)
    })
  })

  it('leave an email queued as long as a recipient waits, with a time once they counted', () => {
    always(({ before, change, now }) => {
      const isWaiting = change.recipients!.some(({ state }) => state === 'queued')
      const isCounted = change.attempts! > before.attempts
      expect(change.state === 'queued').toBe(isWaiting)
      if (isWaiting && isCounted) expect(change.nextAttemptAt).toBeGreaterThan(now)
      else expect(change.nextAttemptAt).toBeUndefined()
    })
  })
})
