import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accept } from '../../../mail/accept/accept.ts'
import type { Content } from '../../../mail/email/email.ts'
import { jobOf } from '../../../mail/email/job.ts'
import { deliver } from '../../../mail/deliver/deliver.ts'
import { noStop, type Stop } from '../../../mail/deliver/stop.ts'
import type { Disposition } from '../../../mail/deliver/disposition.ts'
import type { EmailRequest } from '../../../mail/request/email-request.ts'
import { contentKey } from '../../../mail/content.ts'
import { retry } from '../../../mail/manage/manage.ts'
import { saveSettings } from '../../../mail/configure/save.ts'
import type { Outcome } from '../../../mail/email/outcome.ts'
import type { Parcel } from '../../../mail/email/parcel.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../../open-postern.ts'

const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
const hours = 3_600_000

describe('delivering an email', () => {
  let test: TestPostern
  let answer: (parcel: Parcel) => Outcome | Promise<Outcome>
  let second: (parcel: Parcel) => Outcome | Promise<Outcome>
  let smtp: ReturnType<typeof scriptedEngine>
  let sendmail: ReturnType<typeof scriptedEngine>

  beforeEach(async () => {
    answer = () => ({ kind: 'sent', remoteId: 'remote-1' })
    second = () => ({ kind: 'sent' })
    smtp = scriptedEngine('smtp', (parcel) => answer(parcel))
    sendmail = scriptedEngine('sendmail', (parcel) => second(parcel))
    const engines = { smtp: smtp.engine, sendmail: sendmail.engine }
    test = await openPostern({ engines, settings: { engine: 'smtp' } })
  })
  afterEach(() => test.close())

  it('sends it once and settles it', async () => {
    const id = await accepted()
    expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
    const email = await record(id)
    expect(email).toMatchObject({ state: 'sent', attempts: 1, settledAt: test.clock.now() })
    expect(email.timeline.at(-1)).toMatchObject({ engine: 'smtp', remoteId: 'remote-1' })
    expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
    expect(smtp.parcels).toHaveLength(1)
  })

  it('lets the content go after a successful hand-off', async () => {
    const id = await accepted()
    expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
    await deliverAgain(id)
    expect(await test.postern.blobs.get(contentKey(id))).toBeUndefined()
  })

  it('keeps the content after a hand-off when the settings say so', async () => {
    await test.configure({ engine: 'smtp', keepContentDays: 7 })
    const id = await accepted()
    await deliverAgain(id)
    expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
  })

  it('acknowledges a job whose email is unknown', async () => {
    const email = await record(await accepted())
    const id = '00000000-0000-7000-8000-000000000000'
    expect(await deliver(test.postern, { ...jobOf(email), id })).toEqual({ kind: 'acknowledge' })
  })

  it('waits when it is deferred, and comes back later each time', async () => {
    answer = () => ({ kind: 'deferred', reason: '451 try later' })
    const id = await accepted()
    const first = await deliverAgain(id)
    expect(seconds(first)).toBeGreaterThanOrEqual(15)
    expect(seconds(first)).toBeLessThanOrEqual(30)
    expect(await record(id)).toMatchObject({ state: 'queued', lastReason: '451 try later' })
    await test.clock.advance(30_000)
    expect(seconds(await deliverAgain(id))).toBeGreaterThanOrEqual(30)
    expect(await record(id)).toMatchObject({ attempts: 2 })
  })

  it('makes no attempt before the next one is due', async () => {
    answer = () => ({ kind: 'deferred', reason: 'later', retryAfterSeconds: 600 })
    const id = await accepted()
    expect(seconds(await deliverAgain(id))).toBe(600)
    expect(seconds(await deliverAgain(id))).toBe(600)
    expect(smtp.parcels).toHaveLength(1)
  })

  it('fails for good when it is rejected, and keeps its content for a retry', async () => {
    answer = () => ({ kind: 'rejected', reason: '554 no' })
    const id = await accepted()
    expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
    expect(await record(id)).toMatchObject({ state: 'failed', lastReason: '554 no' })
    expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
    answer = () => ({ kind: 'sent' })
    expect(await retry(test.postern, id, '*')).toMatchObject({ kind: 'done' })
    await deliverAgain(id)
    expect(await record(id)).toMatchObject({ state: 'sent' })
  })

  it('gives up out of time, with a dead letter and its content still there', async () => {
    answer = () => ({ kind: 'deferred', reason: '451 never' })
    const id = await accepted()
    await deliverAgain(id)
    await test.clock.advance(24 * hours)
    expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
    expect(await record(id)).toMatchObject({ state: 'failed', lastReason: '451 never' })
    const letters = await test.postern.deadLetters.list({ scope: '*', limit: 10 })
    expect(letters.data).toMatchObject([{ emailId: id, reason: '451 never' }])
    expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
  })

  it('counts the patience from the retry of a person', async () => {
    answer = () => ({ kind: 'deferred', reason: '451' })
    const id = await accepted()
    await test.clock.advance(24 * hours)
    await deliverAgain(id)
    await retry(test.postern, id, '*')
    await deliverAgain(id)
    expect(await record(id)).toMatchObject({ state: 'queued', attempts: 1 })
  })

  describe('to several recipients', () => {
    const three = {
      to: [{ address: 'yes@a.test' }, { address: 'later@a.test' }, { address: 'no@a.test' }],
    }

    it('retries only those that were deferred', async () => {
      answer = ({ envelope }) => ({
        kind: 'sent',
        refused: envelope.to
          .filter((address) => !address.startsWith('yes'))
          .map((address) => ({
            address,
            kind: address.startsWith('no') ? 'rejected' : 'deferred',
            reason: address.startsWith('no') ? '550 unknown' : '450 later',
          })),
      })
      const id = await accepted(three)
      await deliverAgain(id)
      expect(states(await record(id))).toEqual(['sent', 'queued', 'failed'])
      answer = () => ({ kind: 'sent' })
      await test.clock.advance(30_000)
      await deliverAgain(id)
      expect(states(await record(id))).toEqual(['sent', 'sent', 'failed'])
      expect(smtp.parcels.map(({ envelope }) => envelope.to)).toEqual([
        ['yes@a.test', 'later@a.test', 'no@a.test'],
        ['later@a.test'],
      ])
    })

    it('composes the same bytes for every attempt', async () => {
      answer = () => ({ kind: 'deferred', reason: '451' })
      const id = await accepted(three)
      await deliverAgain(id)
      await test.clock.advance(60_000)
      await deliverAgain(id)
      const [first, again] = await Promise.all(smtp.parcels.map((parcel) => parcel.composed()))
      expect(Buffer.compare(first!, again!)).toBe(0)
    })
  })

  describe('when it cannot be known whether it was kept', () => {
    beforeEach(() => (answer = () => ({ kind: 'ambiguous', reason: 'lost after the dot' })))

    it('sends it again under the same Message-ID', async () => {
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'queued' })
      await test.clock.advance(30_000)
      await deliverAgain(id)
      expect(new Set(smtp.parcels.map((parcel) => parcel.messageId)).size).toBe(1)
      expect(await ambiguousAttempts(id)).toBe(2)
    })

    it('sends it again twice, each time after a longer wait, and holds it then', async () => {
      const id = await accepted()
      const waits = [seconds(await deliverAgain(id))]
      await test.clock.advance(waits[0]! * 1_000)
      waits.push(seconds(await deliverAgain(id)))
      expect(waits[0]).toBeLessThanOrEqual(30)
      expect(waits[1]).toBeGreaterThanOrEqual(30)
      await test.clock.advance(waits[1]! * 1_000)
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      const reason = 'may have been sent 3 times: lost after the dot'
      const email = await record(id)
      expect(email).toMatchObject({ state: 'held', lastReason: reason })
      expect(email.timeline.at(-1)).toMatchObject({ what: 'held', reason })
      expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
      expect(smtp.parcels).toHaveLength(3)
    })

    it('counts the copies of each recipient by itself', async () => {
      const refused = [{ address: 'late@a.test', kind: 'deferred', reason: '450' } as const]
      answer = () => ({ kind: 'ambiguous', reason: 'lost', refused })
      const id = await accepted({ to: [{ address: 'a@a.test' }, { address: 'late@a.test' }] })
      for (let copy = 0; copy < 3; copy++) {
        await deliverAgain(id)
        await test.clock.advance(hours)
      }
      expect(states(await record(id))).toEqual(['held', 'queued'])
      answer = () => ({ kind: 'ambiguous', reason: 'lost' })
      await deliverAgain(id)
      expect(states(await record(id))).toEqual(['held', 'queued'])
      expect(smtp.parcels.at(-1)!.envelope.to).toEqual(['late@a.test'])
    })

    it('is sent again as often once a person has asked for it', async () => {
      const id = await accepted()
      for (let copy = 0; copy < 3; copy++) {
        await deliverAgain(id)
        await test.clock.advance(hours)
      }
      await retry(test.postern, id, '*')
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'queued' })
    })

    it('holds it for a person where the caller prefers that', async () => {
      const id = await accepted({ onAmbiguous: 'hold' })
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      expect(await record(id)).toMatchObject({ state: 'held' })
      expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
    })

    it('holds it rather than calling it failed when time runs out in doubt', async () => {
      const id = await accepted()
      await test.clock.advance(24 * hours)
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'held' })
    })
  })

  describe('of which another worker holds the lease', () => {
    it('defers to the end of the lease, never acknowledges', async () => {
      const id = await accepted()
      await test.postern.emails.claim(id, test.clock.now(), 75)
      expect(await deliverAgain(id)).toEqual({ kind: 'defer', seconds: 75 })
      expect(smtp.parcels).toHaveLength(0)
    })

    it('counts taking over an expired lease as an ambiguous attempt', async () => {
      const id = await accepted()
      await test.postern.emails.claim(id, test.clock.now(), 75)
      await test.clock.advance(76_000)
      expect(await deliverAgain(id)).toEqual({ kind: 'defer', seconds: 0 })
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      expect(await record(id)).toMatchObject({ state: 'sent', attempts: 2 })
      expect(await ambiguousAttempts(id)).toBe(1)
    })

    it('has every lost attempt on record before anything is sent again', async () => {
      const id = await accepted()
      for (let crash = 1; crash <= 2; crash++) {
        await dieSending(id)
        await deliverAgain(id)
        expect(smtp.parcels).toHaveLength(0)
        expect(await ambiguousAttempts(id)).toBe(crash)
      }
    })

    it('is due at once after one worker died, later after two, and held after three', async () => {
      const id = await accepted()
      await dieSending(id)
      expect(await deliverAgain(id)).toEqual({ kind: 'defer', seconds: 0 })
      await dieSending(id)
      expect(seconds(await deliverAgain(id))).toBeGreaterThanOrEqual(30)
      await test.clock.advance(60_000)
      await dieSending(id)
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      expect(await record(id)).toMatchObject({
        state: 'held',
        lastReason: 'may have been sent 3 times: the worker that was sending it died',
      })
      expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
      expect(smtp.parcels).toHaveLength(0)
    })

    /** In memory, as small ones do until they leave: this one is read from its store. */
    const text = 'x'.repeat(300_000)
    const tooLargeToStay: Content = { kind: 'structured', text, headers: {}, attachments: [] }

    it('is held after three workers died over its content, which taking over leaves alone', async () => {
      const id = await accepted({ content: tooLargeToStay })
      const { blobs, emails } = test.postern
      // A dead worker goes no further and renews nothing.
      const deadly = {
        ...test.postern,
        blobs: { ...blobs, get: () => new Promise<never>(() => undefined) },
        emails: { ...emails, renew: async () => false },
      }
      const starts: string[] = []
      for (let start = 1; start <= 3; start++) {
        void deliver(deadly, jobOf(await record(id)))
        await expect.poll(async () => (await record(id)).state).toBe('sending')
        await test.clock.advance(76_000)
        await deliver(deadly, jobOf(await record(id)))
        starts.push((await record(id)).state)
        await test.clock.advance(300_000)
      }
      expect(starts).toEqual(['queued', 'queued', 'held'])
      expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
      const other = await accepted()
      await deliverAgain(other)
      expect(await record(other)).toMatchObject({ state: 'sent' })
    })

    it('is given back as it was when its content cannot be read for now', async () => {
      const id = await accepted({ content: tooLargeToStay })
      const before = await record(id)
      const get = () => Promise.reject(new Error('the store is away'))
      const away = { ...test.postern, blobs: { ...test.postern.blobs, get } }
      for (let i = 0; i < 4; i++)
        await expect(deliver(away, jobOf(await record(id)))).rejects.toThrow('away')
      const { state, attempts, timeline, recipients } = await record(id)
      expect({ state, attempts, timeline, recipients }).toMatchObject({
        state: 'queued',
        attempts: 0,
        timeline: before.timeline,
        recipients: before.recipients,
      })
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      expect(await record(id)).toMatchObject({ state: 'sent', attempts: 1 })
    })

    async function dieSending(id: string) {
      const claim = await test.postern.emails.claim(id, test.clock.now(), 75)
      expect(claim.kind).toBe('claimed')
      await test.clock.advance(76_000)
    }

    it('holds instead of taking over where doubt means hold', async () => {
      const id = await accepted({ onAmbiguous: 'hold' })
      await test.postern.emails.claim(id, test.clock.now(), 75)
      await test.clock.advance(76_000)
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      expect(await record(id)).toMatchObject({ state: 'held' })
      expect(smtp.parcels).toHaveLength(0)
    })

    it('changes nothing when its own lease was lost while sending', async () => {
      const id = await accepted()
      answer = async () => {
        await test.postern.emails.claim(id, test.clock.now() + 76_000, 75)
        return { kind: 'sent' }
      }
      expect((await deliverAgain(id)).kind).toBe('defer')
      expect(await record(id)).toMatchObject({ state: 'sending' })
    })
  })

  describe('through an engine that may be blocked for one domain alone', () => {
    const denied = '554 5.7.1 Relay access denied'
    let deniedAt: readonly string[]
    beforeEach(() => {
      deniedAt = ['@odd.test']
      answer = ({ envelope }) =>
        envelope.to.every((address) => deniedAt.some((domain) => address.endsWith(domain)))
          ? { kind: 'blocked', doubtful: true, reason: denied }
          : { kind: 'sent' }
    })
    const to = (address: string) => ({ to: [{ address }] })

    it('keeps what one sender may not send, to however many domains, and sends all others', async () => {
      const refused = { kind: 'blocked', doubtful: true, ofSender: true, reason: 'denied' } as const
      answer = ({ from }) => (from.address.startsWith('odd') ? refused : { kind: 'sent' })
      for (const domain of ['a.test', 'b.test', 'c.test']) {
        const odd = await accepted({ ...to(`x@${domain}`), from: { address: 'odd@own.test' } })
        await deliverAgain(odd)
        expect(await record(odd)).toMatchObject({ state: 'queued', attempts: 0 })
      }
      expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
    })

    it('keeps that email and sends all others', async () => {
      const odd = await accepted(to('ann@odd.test'))
      for (let i = 0; i < 3; i++) {
        await deliverAgain(odd)
        const other = await accepted(to(`bob@there.test`))
        await deliverAgain(other)
        expect(await record(other)).toMatchObject({ state: 'sent' })
        await test.clock.advance(60_000)
      }
      expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
      expect(await record(odd)).toMatchObject({
        state: 'queued',
        attempts: 0,
        lastReason: `${denied} (met at one domain so far: other email is still sent)`,
      })
    })

    it('pauses when another domain meets it before any email is accepted', async () => {
      deniedAt = ['@odd.test', '@there.test']
      await deliverAgain(await accepted(to('ann@odd.test')))
      expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
      await deliverAgain(await accepted(to('ann@odd.test')))
      expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
      await deliverAgain(await accepted(to('bob@there.test')))
      expect(await test.postern.standing.read('smtp')).toMatchObject({
        pauses: 1,
        reason: expect.stringContaining('several domains') as string,
      })
    })

    it('pauses by one email whose recipients at two domains meet it', async () => {
      deniedAt = ['@odd.test', '@there.test']
      const both = [{ address: 'ann@odd.test' }, { address: 'bob@there.test' }]
      await deliverAgain(await accepted({ to: both }))
      expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 1 })
    })

    it('does not pause for two domains between which others get their email', async () => {
      deniedAt = ['@odd.test', '@strange.test']
      await deliverAgain(await accepted(to('ann@odd.test')))
      await deliverAgain(await accepted(to('bob@there.test')))
      await deliverAgain(await accepted(to('cid@strange.test')))
      expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
    })

    it('forgets what one domain met an hour ago', async () => {
      deniedAt = ['@odd.test', '@strange.test']
      await deliverAgain(await accepted(to('ann@odd.test')))
      await test.clock.advance(hours + 1)
      await deliverAgain(await accepted(to('cid@strange.test')))
      expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
    })

    it('holds the email past patience, never fails it', async () => {
      const id = await accepted(to('ann@odd.test'))
      await deliverAgain(id)
      await test.clock.advance(24 * hours)
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'held' })
    })
  })

  describe('through an engine that is blocked', () => {
    beforeEach(() => (answer = () => ({ kind: 'blocked', reason: '535 wrong password' })))

    it('keeps the email, does not count the attempt and pauses the engine for all', async () => {
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'queued', attempts: 0 })
      const other = await accepted()
      expect(seconds(await deliverAgain(other))).toBe(30)
      expect(await record(other)).toMatchObject({ state: 'queued', timeline: [{}] })
      expect(smtp.parcels).toHaveLength(1)
    })

    it('probes with one email after the pause, and longer each time', async () => {
      const ids = await Promise.all([accepted(), accepted(), accepted()])
      await deliverAgain(ids[0])
      await test.clock.advance(31_000)
      const probes = await Promise.all(ids.map((id) => deliverAgain(id)))
      expect(smtp.parcels).toHaveLength(2)
      expect(probes.every(({ kind }) => kind === 'defer')).toBe(true)
      const { pauses, pausedUntil } = await test.postern.standing.read('smtp')
      expect(pauses).toBe(2)
      expect(pausedUntil).toBe(test.clock.now() + 60_000)
    })

    it('is in use again as soon as a probe succeeds', async () => {
      const ids = await Promise.all([accepted(), accepted()])
      await deliverAgain(ids[0])
      answer = () => ({ kind: 'sent' })
      await test.clock.advance(31_000)
      await deliverAgain(ids[0])
      await deliverAgain(ids[1])
      expect(await record(ids[1])).toMatchObject({ state: 'sent' })
      expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
    })

    it('pauses once, however many workers are blocked at the same time', async () => {
      const ids = await Promise.all(Array.from({ length: 5 }, () => accepted()))
      await Promise.all(ids.map((id) => deliverAgain(id)))
      expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 1 })
    })

    it('looks again after a tenth of the time it has waited, however long the pause is', async () => {
      const id = await accepted()
      await test.postern.standing.pause('smtp', 0, {
        at: test.clock.now(),
        until: test.clock.now() + 900_000,
        reason: 'down',
      })
      expect(seconds(await deliverAgain(id))).toBe(30)
      await test.clock.advance(600_000)
      expect(seconds(await deliverAgain(id))).toBe(60)
      expect(smtp.parcels).toEqual([])
    })

    it('is tried again at once with new settings, and all that waited behind it', async () => {
      const ids = await Promise.all([accepted(), accepted()])
      await deliverAgain(ids[0])
      await deliverAgain(ids[1])
      answer = () => ({ kind: 'sent' })
      await saveAnything()
      expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
      for (const id of ids) await deliverAgain(id)
      expect(await record(ids[0])).toMatchObject({ state: 'sent' })
      expect(await record(ids[1])).toMatchObject({ state: 'sent' })
    })

    it('is not paused by an attempt that was under way with the old settings', async () => {
      answer = async () => {
        await saveAnything()
        return { kind: 'blocked', reason: '535 the old password' }
      }
      const id = await accepted()
      expect(seconds(await deliverAgain(id))).toBe(0)
      expect(await test.postern.standing.read('smtp')).toEqual({ pauses: 0 })
      answer = () => ({ kind: 'sent' })
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'sent' })
    })

    async function saveAnything() {
      const { version } = await test.postern.settings.read()
      const settings = { engine: 'smtp', keepContentDays: 1 }
      expect(await saveSettings(test.postern, { settings, version })).toMatchObject({
        kind: 'saved',
      })
    }

    it('holds the email past patience, never fails it', async () => {
      const id = await accepted()
      await deliverAgain(id)
      await test.clock.advance(24 * hours)
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'held', lastReason: '535 wrong password' })
      expect(await test.postern.blobs.get(contentKey(id))).toBeDefined()
    })

    it('lets the next engine of the list send it in the same attempt', async () => {
      await test.configure({ engine: ['smtp', 'sendmail'] })
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'sent' })
      const engines = (await record(id)).timeline.map(({ engine }) => engine)
      expect(engines).toEqual([undefined, 'smtp', 'sendmail'])
    })
  })

  describe('through an engine that cannot carry it', () => {
    const cannot = (): Outcome => ({ kind: 'rejected', reason: 'it is signed', elsewhere: true })
    const blocked = (): Outcome => ({ kind: 'blocked', reason: '535 wrong password' })
    const way = async (id: string) =>
      (await record(id)).timeline.map(({ engine, outcome }) => engine && `${engine} ${outcome}`)
    beforeEach(() => (answer = cannot))

    it('fails it with the reason where there is no other engine, and pauses nothing', async () => {
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'failed', lastReason: 'it is signed' })
      expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
    })

    it('sends it by the next engine in the same attempt', async () => {
      await test.configure({ engine: ['smtp', 'sendmail'] })
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'sent', attempts: 1 })
      expect(await way(id)).toEqual([undefined, 'smtp rejected', 'sendmail sent'])
    })

    it('fails it when no engine of the list can carry it', async () => {
      await test.configure({ engine: ['smtp', 'sendmail'] })
      second = cannot
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'failed' })
    })

    it.each([['smtp', 'sendmail'] as const, ['sendmail', 'smtp'] as const])(
      'keeps it for an engine that is blocked (%s, %s), and sends it by that one afterwards',
      async (...engine) => {
        await test.configure({ engine: [...engine] })
        second = blocked
        const id = await accepted()
        // The third comes while the other is paused, and so meets this engine alone.
        for (const _ of [1, 2, 3, 4]) {
          await deliverAgain(id)
          expect(await record(id)).toMatchObject({ state: 'queued', attempts: 0 })
          await test.clock.advance(35_000)
        }
        expect(await test.postern.standing.read('smtp')).toMatchObject({ pauses: 0 })
        second = () => ({ kind: 'sent' })
        await test.clock.advance(120_000)
        await deliverAgain(id)
        expect(await record(id)).toMatchObject({ state: 'sent' })
      },
    )

    it('holds it past patience when the engine that could carry it stays blocked', async () => {
      await test.configure({ engine: ['smtp', 'sendmail'] })
      second = blocked
      const id = await accepted()
      await deliverAgain(id)
      await test.clock.advance(24 * hours)
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'held' })
    })

    it('tries again later an engine that deferred it', async () => {
      await test.configure({ engine: ['sendmail', 'smtp'] })
      second = () => ({ kind: 'deferred', reason: '450' })
      const id = await accepted()
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'queued', attempts: 1 })
    })
  })

  it('never asks the next engine after an ambiguous answer', async () => {
    await test.configure({ engine: ['smtp', 'sendmail'] })
    answer = () => ({ kind: 'ambiguous', reason: 'lost' })
    await deliverAgain(await accepted())
    expect(sendmail.parcels).toHaveLength(0)
  })

  it('asks the next engine only for the recipients that remain', async () => {
    await test.configure({ engine: ['smtp', 'sendmail'] })
    answer = () => ({
      kind: 'deferred',
      reason: '450',
      refused: [
        { address: 'no@a.test', kind: 'rejected', reason: '550' },
        { address: 'later@a.test', kind: 'deferred', reason: '450' },
      ],
    })
    const id = await accepted({ to: [{ address: 'no@a.test' }, { address: 'later@a.test' }] })
    await deliverAgain(id)
    expect(sendmail.parcels.map(({ envelope }) => envelope.to)).toEqual([['later@a.test']])
    expect(states(await record(id))).toEqual(['failed', 'sent'])
  })

  it('calls an engine that throws ambiguous, and repeats nothing it said', async () => {
    answer = () => {
      throw new TypeError('secret password 123')
    }
    const id = await accepted()
    await deliverAgain(id)
    expect(await ambiguousAttempts(id)).toBe(1)
    expect(JSON.stringify(await record(id))).not.toContain('secret')
  })

  describe('through a server that is slow', () => {
    let finish: (outcome: Outcome) => void

    beforeEach(() => {
      answer = () => new Promise((resolve) => (finish = resolve))
    })

    async function begin(stop?: Stop) {
      const id = await accepted()
      const delivering = deliver(test.postern, jobOf(await record(id)), stop)
      while (smtp.parcels.length === 0) await test.clock.advance(0)
      return { id, delivering }
    }

    it('keeps the lease for as long as the attempt lives', async () => {
      const { id, delivering } = await begin()
      for (let minute = 0; minute < 12; minute++) {
        await test.clock.advance(60_000)
        expect(await deliverAgain(id)).toMatchObject({ kind: 'defer' })
        expect((await record(id)).leaseUntil).toBeGreaterThan(test.clock.now())
      }
      finish({ kind: 'sent' })
      expect(await delivering).toEqual({ kind: 'acknowledge' })
      expect(await record(id)).toMatchObject({ state: 'sent', attempts: 1 })
      expect(smtp.parcels).toHaveLength(1)
      expect(test.clock.waiting).toBe(0)
    })

    it.each([
      // Another worker may be sending: at the first renewal that says so.
      ['it has lost', async () => false, 25_000],
      ['cannot be renewed', () => Promise.reject(new Error('no disk')), 74_000],
    ])('ends before a lease that %s runs out', async (_, renew, withinMs) => {
      const renewing = vi.spyOn(test.postern.emails, 'renew').mockImplementation(renew)
      const { id, delivering } = await begin()
      const until = (await record(id)).leaseUntil!
      smtp.signals[0]!.addEventListener('abort', () => finish({ kind: 'deferred', reason: 'end' }))
      await test.clock.advance(withinMs)
      expect(smtp.signals[0]!.aborted).toBe(true)
      await delivering
      expect(until).toBeGreaterThan(test.clock.now())
      renewing.mockRestore()
    })

    it('ends when the host has to stop, in doubt', async () => {
      const ending = new AbortController()
      const { id, delivering } = await begin({ ...noStop, ending: ending.signal })
      smtp.signals[0]!.addEventListener('abort', () => finish({ kind: 'ambiguous', reason: 'dot' }))
      ending.abort()
      expect(seconds(await delivering)).toBeGreaterThanOrEqual(15)
      expect(await ambiguousAttempts(id)).toBe(1)
      expect(test.clock.waiting).toBe(0)
    })

    it('ends after an hour, also where the engine does not obey', async () => {
      const { id, delivering } = await begin()
      await test.clock.advance(3_599_999)
      expect(smtp.signals[0]!.aborted).toBe(false)
      await test.clock.advance(2_001)
      await delivering
      expect(await ambiguousAttempts(id)).toBe(1)
    })
  })

  describe('to more recipients than a server takes at once', () => {
    const tooMany = (address: string) =>
      ({ address, kind: 'deferred', reason: '452 4.5.3 too many', atOnce: true }) as const

    it('sends to the rest in the next transaction at once, each once', async () => {
      answer = ({ envelope: { to } }) => ({
        kind: 'sent',
        remoteId: `remote-${smtp.parcels.length}`,
        refused: to.slice(2).map(tooMany),
      })
      const to = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ address: `${name}@a.test` }))
      const id = await accepted({ to })
      expect(await deliverAgain(id)).toEqual({ kind: 'acknowledge' })
      expect(smtp.parcels.map(({ envelope }) => envelope.to.length)).toEqual([5, 3, 1])
      const email = await record(id)
      expect(states(email)).toEqual(to.map(() => 'sent'))
      const attempts = email.timeline.slice(1)
      expect(attempts.map(({ remoteId }) => remoteId)).toEqual(['remote-1', 'remote-2', 'remote-3'])
      expect(attempts.every(({ refused }) => refused === undefined)).toBe(true)
      expect(email.attempts).toBe(1)
    })

    it('leaves the rest to the next attempt when the next transaction fails', async () => {
      answer = ({ envelope: { to } }) =>
        to.length > 1
          ? { kind: 'sent', refused: to.slice(1).map(tooMany) }
          : { kind: 'deferred', reason: '451 enough' }
      const id = await accepted({ to: [{ address: 'a@a.test' }, { address: 'b@a.test' }] })
      expect(seconds(await deliverAgain(id))).toBeGreaterThanOrEqual(15)
      expect(states(await record(id))).toEqual(['sent', 'queued'])
    })
  })

  it('makes mail wait while it is switched off', async () => {
    const id = await accepted()
    await test.configure({ engine: 'disabled' })
    expect(seconds(await deliverAgain(id))).toBe(900)
    expect(await record(id)).toMatchObject({ state: 'queued' })
  })

  describe('accepted while the engine was noop', () => {
    it('is captured even when the engine became smtp before its job ran', async () => {
      await test.configure({ engine: 'noop' })
      const id = await accepted({ bcc: [{ address: 'secret@there.test' }] })
      await test.configure({ engine: 'smtp' })
      await deliverAgain(id)
      expect(await record(id)).toMatchObject({ state: 'captured' })
      expect(smtp.parcels).toHaveLength(0)
      const { data } = await test.postern.captures.list({ scope: '*', limit: 10 })
      expect(data).toMatchObject([{ to: ['bob@there.test', 'secret@there.test'] }])
    })
  })

  describe('under the safety rules', () => {
    const mixed = { to: [{ address: 'us@team.test' }, { address: 'them@world.test' }] }

    it('captures what is for others', async () => {
      await test.configure({ engine: 'smtp', safety: { allow: ['@team.test'] } })
      const id = await accepted(mixed)
      await deliverAgain(id)
      expect(smtp.parcels.map(({ envelope }) => envelope.to)).toEqual([['us@team.test']])
      expect(states(await record(id))).toEqual(['sent', 'captured'])
      const { data } = await test.postern.captures.list({ scope: '*', limit: 10 })
      expect(data).toMatchObject([{ to: ['them@world.test'] }])
    })

    it('drops it with a record', async () => {
      await test.configure({ engine: 'smtp', safety: { allow: ['@team.test'], otherwise: 'drop' } })
      const id = await accepted(mixed)
      await deliverAgain(id)
      expect(states(await record(id))).toEqual(['sent', 'discarded'])
    })

    it('redirects it to one address, saying for whom it was', async () => {
      const safety = { allow: [], otherwise: 'redirect', redirectTo: 'qa@team.test' }
      await test.configure({ engine: 'smtp', safety })
      await deliverAgain(await accepted(mixed))
      const parcel = smtp.parcels[0]!
      expect(parcel.envelope.to).toEqual(['qa@team.test'])
      expect(parcel.subject).toBe('[to us@team.test and 1 more] Hello')
      expect(parcel.headers).toMatchObject({
        'X-Postern-Original-To': 'us@team.test, them@world.test',
      })
    })
  })

  it('holds a rate by spacing what leaves', async () => {
    await test.configure({ engine: 'smtp', delivery: { ratePerSecond: 2 } })
    const ids = await Promise.all(Array.from({ length: 5 }, () => accepted()))
    const all = Promise.all(ids.map((id) => deliverAgain(id)))
    const sentAt: number[] = []
    answer = () => {
      sentAt.push(test.clock.now())
      return { kind: 'sent' }
    }
    while (sentAt.length < 5) await test.clock.advance(100)
    await all
    const gaps = sentAt.slice(1).map((at, i) => at - sentAt[i]!)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(400)
  })

  async function accepted(change: Partial<EmailRequest> = {}): Promise<string> {
    const answer = await accept(test.postern, asking(emailRequest(change)), caller)
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    return answer.id
  }

  async function deliverAgain(id: string): Promise<Disposition> {
    return deliver(test.postern, jobOf(await record(id)))
  }

  async function record(id: string) {
    return (await test.postern.emails.get(id, '*'))!
  }

  async function ambiguousAttempts(id: string): Promise<number> {
    const { timeline } = await record(id)
    return timeline.filter(({ outcome }) => outcome === 'ambiguous').length
  }
})

function states({ recipients }: { recipients: readonly { state: string }[] }): string[] {
  return recipients.map(({ state }) => state)
}

function seconds(disposition: Disposition): number {
  if (disposition.kind !== 'defer') throw new Error('acknowledged')
  return disposition.seconds
}
