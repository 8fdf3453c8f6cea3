import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Try } from '../../../mail/deliver/hand-off.ts'
import { settlement } from '../../../mail/deliver/settlement.ts'
import type { Email, EmailChange, Recipient } from '../../../mail/email/email.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { Signal } from '../../../mail/email/signal.ts'
import { checkTransition, claimable, rollUp } from '../../../mail/email/states.ts'
import { report, reportWithoutEmail } from '../../../mail/report/report.ts'
import { anEmail, noon } from '../../conformance/email-samples.ts'

const [ann, bob, cid] = ['ann@a.test', 'bob@b.test', 'cid@c.test'] as const
const everyone = [ann, bob, cid]

let count = 0

const told = (kind: Signal['kind'], more: Partial<Signal> = {}): Signal => ({
  source: 'ses',
  key: `${kind} ${(count += 1)}`,
  kind,
  at: noon + count,
  ...more,
})

const hard = { bounce: 'hard', reported: true, status: '5.1.1' } as const

function sentTo(...recipients: (string | Recipient)[]): Email {
  const all = recipients.map((one): Recipient =>
    typeof one === 'string' ? { address: one, state: 'sent' } : one,
  )
  const state = rollUp(all.map((one) => one.state))
  return anEmail({ state, recipients: all, settledAt: noon, attempts: 1 })
}

function changed(email: Email, { state = email.state, ...rest }: EmailChange = {}): Email {
  checkTransition(email.state, state)
  return { ...email, ...rest, state, revision: email.revision + 1 }
}

/** The email after these signals, one after the other. */
function after(email: Email, ...signals: Signal[]): Email {
  return signals.reduce((so, signal) => changed(so, report(so, signal, noon).change), email)
}

const statesOf = ({ recipients }: Email) => recipients.map(({ state }) => state)

describe('what a signal makes of an email', () => {
  it.each([
    ['delivered', {}, 'delivered'],
    ['delayed', {}, 'delivery_delayed'],
    ['bounced', hard, 'bounced'],
    ['complained', {}, 'complained'],
    ['suppressed', {}, 'suppressed'],
    ['rejected', {}, 'failed'],
  ] as const)('is told by %s', (kind, more, state) => {
    const email = after(sentTo(ann), told(kind, more))
    expect(email.state).toBe(state)
    expect(statesOf(email)).toEqual([state])
    expect(email.timeline.at(-1)).toMatchObject({ what: kind })
  })

  it('concerns the recipient that it names, and no other', () => {
    const signal = told('bounced', { ...hard, address: 'BOB@b.test' })
    const { suppression, event } = report(sentTo(...everyone), signal, noon)
    expect(suppression!.place).toEqual({ project: 'default', address: bob })
    expect(event).toMatchObject({ type: 'email.bounced', address: bob, bounce: 'hard' })
    const email = after(sentTo(...everyone), signal)
    expect(statesOf(email)).toEqual(['sent', 'bounced', 'sent'])
    expect(email.state).toBe('bounced')
  })

  it('leaves alone what an automatic reply comes to, but for a note', () => {
    const reply = told('bounced', { bounce: 'autoReply' })
    for (const state of ['sent', 'delivered'] as const) {
      const email = after(sentTo({ address: ann, state }), reply)
      expect(email.state).toBe(state)
      expect(email.timeline.at(-1)).toMatchObject({ what: 'autoReply' })
    }
    expect(report(sentTo(ann), reply, noon)).not.toHaveProperty('suppression')
    expect(report(sentTo(ann), reply, noon)).not.toHaveProperty('event')
  })

  it('prefers a bounce with a report to a delivery, and a delivery to a guess, in either order', () => {
    const delivered = told('delivered')
    const withReport = told('bounced', { bounce: 'soft', reported: true })
    const guess = told('bounced', { bounce: 'soft' })
    expect(after(sentTo(ann), delivered, withReport).state).toBe('bounced')
    expect(after(sentTo(ann), withReport, delivered).state).toBe('bounced')
    expect(after(sentTo(ann), delivered, guess).state).toBe('delivered')
    expect(after(sentTo(ann), guess, delivered).state).toBe('delivered')
  })

  it('is forgotten by a person who asks for the email again', () => {
    const email = after(sentTo(ann), told('rejected'))
    const asked = { ...email, state: 'sent', since: noon + 1e6 } as const
    const again: Email = { ...asked, recipients: [{ address: ann, state: 'sent' }] }
    expect(report(again, told('rejected'), noon)).toEqual({})
  })

  it('changes nothing for recipients that no engine can have', () => {
    const untouched = ['queued', 'held', 'failed', 'captured', 'discarded', 'canceled'] as const
    for (const state of untouched) {
      const email = anEmail({ state, recipients: [{ address: ann, state }] })
      for (const signal of [told('delivered'), told('bounced', hard), told('complained')])
        expect(report(email, signal, noon)).toEqual({})
    }
  })
})

describe('a signal for an email in doubt', () => {
  const inDoubt = (state: 'queued' | 'held' | 'failed' | 'canceled') =>
    anEmail({
      state,
      nextAttemptAt: noon,
      recipients: [
        { address: ann, state, doubts: 1 },
        { address: bob, state: 'sent' },
      ],
    })

  it.each(['queued', 'held', 'failed', 'canceled'] as const)(
    'proves that a %s one left',
    (state) => {
      const email = after(inDoubt(state), told('accepted', { address: ann }))
      expect(email).toMatchObject({ state: 'sent', settledAt: expect.any(Number) as number })
      expect(email.nextAttemptAt).toBeUndefined()
      expect(statesOf(email)).toEqual(['sent', 'sent'])
      expect(email.timeline.at(-1)).toMatchObject({ what: 'proven', address: ann })
      expect(claimable).not.toContain(email.state)
    },
  )

  it('says nothing of the recipients that it does not name', () => {
    const email = inDoubt('queued')
    expect(report(email, told('accepted', { address: bob }), noon)).toEqual({})
    expect(report(email, told('accepted'), noon)).toEqual({})
  })
})

describe('an address that an email was forwarded to', () => {
  const elsewhere = told('bounced', { ...hard, address: 'x@elsewhere.test', forwarded: true })

  it('stands for the only recipient', () => {
    const { suppression } = report(sentTo(ann), elsewhere, noon)
    expect(suppression!.place.address).toBe(ann)
  })

  it('stands for none of several, nor for one that was named exactly', () => {
    const exact: Signal = { ...elsewhere, forwarded: undefined }
    for (const [email, signal] of [
      [sentTo(ann, bob), elsewhere],
      [sentTo(ann), exact],
    ] as const) {
      const { suppression, event, change } = report(email, signal, noon)
      expect([suppression, event]).toEqual([undefined, undefined])
      expect(change).toEqual({ timeline: expect.any(Array) as unknown })
      expect(change!.timeline!.at(-1)).toMatchObject({ address: 'x@elsewhere.test' })
    }
  })
})

describe('who is suppressed', () => {
  const suppresses = (kind: Signal['kind'], more: Partial<Signal> = {}) =>
    report(sentTo(ann), told(kind, more), noon).suppression?.cause.reason

  it('is who bounced for good, complained, unsubscribed, or is on the list of the provider', () => {
    expect(suppresses('bounced', hard)).toBe('bounce')
    expect(suppresses('complained')).toBe('complaint')
    expect(suppresses('unsubscribed')).toBe('unsubscribe')
    expect(suppresses('suppressed', { origin: 'complaint' })).toBe('complaint')
    expect(suppresses('suppressed')).toBe('bounce')
  })

  it('is no one else', () => {
    for (const bounce of ['soft', 'policy', 'autoReply'] as const)
      expect(suppresses('bounced', { bounce })).toBeUndefined()
    for (const kind of ['accepted', 'delivered', 'delayed', 'rejected', 'opened'] as const)
      expect(suppresses(kind)).toBeUndefined()
    expect(suppresses('suppressed', { spared: true })).toBeUndefined()
  })

  it('is also who a server refused at once, of which the record says the rest', () => {
    const refused = anEmail({ state: 'failed', recipients: [{ address: ann, state: 'failed' }] })
    const signal = told('bounced', { ...hard, source: 'engine' })
    expect(report(refused, signal, noon)).toEqual({
      suppression: expect.objectContaining({
        place: { project: 'default', address: ann },
      }) as unknown,
    })
  })

  it('is known without an email only from a source that proves itself', () => {
    const bounced = told('bounced', { ...hard, address: ann })
    const place = { project: '*', address: ann }
    expect(reportWithoutEmail(bounced).suppression!.place).toEqual(place)
    expect(reportWithoutEmail({ ...bounced, source: 'sendgrid' }).suppression!.place).toEqual(place)
    expect(reportWithoutEmail({ ...bounced, source: 'returned' })).toEqual({})
    expect(reportWithoutEmail({ ...bounced, address: undefined })).toEqual({})
  })

  it('keeps the spelling of a list that compares by exact case', () => {
    const signal = told('bounced', { ...hard, address: 'Ann@a.test' })
    expect(report(sentTo(ann), signal, noon).suppression!.cause.spelling).toBe('Ann@a.test')
  })
})

/** Ranks as the design names them, from the lowest. */
const ranked = ['sent', 'delayed', 'guess', 'delivered', 'bounced', 'complained'] as const
type Ranked = (typeof ranked)[number]

const finalOf: Readonly<Record<Ranked, Recipient['state']>> = {
  sent: 'sent',
  delayed: 'delivery_delayed',
  guess: 'bounced',
  delivered: 'delivered',
  bounced: 'bounced',
  complained: 'complained',
}

function signalOf(what: Ranked, address: string): Signal {
  const base = {
    source: 'ses',
    key: `${what} ${address}`,
    at: noon + ranked.indexOf(what),
    address,
  } as const
  if (what === 'sent') return { ...base, kind: 'accepted' }
  if (what === 'guess') return { ...base, kind: 'bounced', bounce: 'soft' }
  return what === 'bounced' ? { ...base, kind: 'bounced', ...hard } : { ...base, kind: what }
}

/** What else happens between the signals: a claim, its end, a death, a retry in time. */
const works = ['claim', 'sent', 'ambiguous', 'dead'] as const

describe('signals in any order, doubled, for one to three recipients', () => {
  const addresses = fc.constantFrom(everyone.slice(0, 1), everyone.slice(0, 2), everyone)
  const kinds = fc.uniqueArray(fc.constantFrom(...ranked), { maxLength: ranked.length })
  const stories = addresses.chain((to) =>
    fc
      .tuple(...to.map(() => kinds))
      .map((each) => each.flatMap((some, n) => some.map((what) => signalOf(what, to[n]!))))
      .chain((signals) =>
        fc
          .shuffledSubarray([...signals, ...signals], { minLength: signals.length })
          .map((some) => [...new Set([...some, ...signals]), ...some]),
      )
      .chain((signals) =>
        fc
          .array(fc.constantFrom(...works), { maxLength: 8 })
          .chain((more) =>
            fc.shuffledSubarray([...signals, ...more], { minLength: signals.length + more.length }),
          ),
      )
      .map((steps) => ({ to, steps })),
  )

  it('come to one end, with one event each', () => {
    fc.assert(
      fc.property(stories, ({ to, steps }) => {
        const { email, events } = lived(to, steps)
        for (const [n, address] of to.entries()) {
          const own = steps.filter((one) => typeof one !== 'string' && one.address === address)
          const best = ranked.findLast((what) =>
            own.some((one) => (one as Signal).key.startsWith(what)),
          )
          expect(email.recipients[n]!.state).toBe(finalOf[best ?? 'sent'])
        }
        const eventful = steps.filter((one) => typeof one !== 'string' && one.kind !== 'accepted')
        expect(events.sort()).toEqual(
          [...new Set(eventful.map((one) => (one as Signal).key))].sort(),
        )
      }),
      { numRuns: 400 },
    )
  })
})

/**
 * The life of an email with these steps. A signal waits while it is being sent; an attempt in which
 * its worker dies is in doubt; what is left at the end is sent.
 */
function lived(to: readonly string[], steps: readonly (Signal | (typeof works)[number])[]) {
  const recipients = to.map((address): Recipient => ({ address, state: 'queued' }))
  let email = anEmail({ state: 'sending', recipients })
  const ids = new Map<string, string>()
  const waiting: Signal[] = []

  function settle(outcome: Outcome) {
    const left = email.recipients.filter(({ state }) => state === 'queued')
    const addresses = left.map(({ address }) => address)
    const tries: Try[] = [{ engine: 'ses', at: noon, recipients: addresses, outcome }]
    const options = { now: noon, giveUpAfterHours: 24, random: 1 }
    email = changed(email, settlement(email, tries, options))
    for (const signal of waiting.splice(0)) tell(signal)
  }

  function tell(signal: Signal) {
    if (email.state === 'sending') return void waiting.push(signal)
    const { event, change } = report(email, signal, noon)
    if (event) ids.set(event.id, signal.key)
    email = changed(email, change)
  }

  function work(what: (typeof works)[number]) {
    if (what === 'claim' && claimable.includes(email.state))
      email = changed(email, { state: 'sending' })
    else if (email.state !== 'sending') return
    else if (what === 'sent') settle({ kind: 'sent' })
    else if (what !== 'claim') settle({ kind: 'ambiguous', reason: what })
  }

  for (const step of steps)
    if (typeof step === 'string') work(step)
    else tell(step)
  if (claimable.includes(email.state) && email.state !== 'sending')
    email = changed(email, { state: 'sending' })
  if (email.state === 'sending') settle({ kind: 'sent' })
  // Held after too many copies in doubt: a person has it sent.
  if (email.state === 'held')
    for (const one of email.recipients)
      if (one.state === 'held') tell(signalOf('sent', one.address))
  return { email, events: [...ids.values()] }
}
