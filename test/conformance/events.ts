import type { LocalBackend } from '../../backends/local/index.ts'
import { keeping } from '../backends/local/temporary.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventDays } from '../../mail/email/event.ts'
import { idOf } from '../../mail/email/id.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { Event, Events } from '../../mail/ports/events.ts'
import type { VirtualClock } from '../virtual-clock.ts'
import { anEmail } from './email-samples.ts'

export interface EventsHarness {
  readonly backend: Pick<Backend, 'events' | 'emails' | 'suppressions' | 'standing' | 'intake'>
  readonly clock: VirtualClock
  close(): void | Promise<void>
}

/** What every store of events must do. */
export function testEvents(name: string, open: () => Promise<EventsHarness>) {
  describe(`${name}: events`, () => {
    let harness: EventsHarness
    let events: Events
    beforeEach(async () => {
      harness = await open()
      events = harness.backend.events
    })
    afterEach(() => harness.close())

    let made = 0
    function anEvent(values: Partial<Event> = {}): Event {
      const now = harness.clock.now()
      const at = values.at ?? now
      return {
        id: idOf(`event ${(made += 1)}`, at),
        type: 'email.delivered',
        project: 'default',
        at,
        recordedAt: now,
        source: 'ses',
        emailId: anEmail().id,
        address: 'ann@there.test',
        text: '250 2.0.0 ok',
        ...values,
      }
    }

    const idsIn = async (query: Partial<Parameters<Events['list']>[0]> = {}) => {
      const { data, hasMore } = await events.list({ scope: '*', limit: 10, ...query })
      return { ids: data.map(({ id }) => id), hasMore }
    }

    it('keeps an event once, as it was told first', async () => {
      const event = anEvent()
      expect(await events.record(event)).toBe(true)
      expect(await events.record({ ...event, text: 'another' })).toBe(false)
      expect(await events.get(event.id, 'default')).toEqual(event)
      expect((await idsIn()).ids).toEqual([event.id])
    })

    it('keeps one of many that are told at the same time', async () => {
      const event = anEvent()
      const kept = await Promise.all(Array.from({ length: 8 }, () => events.record(event)))
      expect(kept.filter(Boolean)).toHaveLength(1)
    })

    /** Events that are told one after the other, whenever they happened. */
    async function toldInTurn(values: readonly Partial<Event>[]): Promise<string[]> {
      const ids: string[] = []
      for (const one of values) {
        await harness.clock.advance(1)
        const event = anEvent({ at: harness.clock.now(), ...one })
        await events.record(event)
        ids.push(event.id)
      }
      return ids
    }

    /** Until a store may be sure of the order. */
    const sure = () => harness.clock.advance(20_000)

    it('lists them in the order in which they were told, from either end, a page at a time', async () => {
      const now = harness.clock.now()
      const ids = await toldInTurn([3, 0, 1, 2].map((days) => ({ at: now - days * dayMs })))
      await sure()
      for (const [order, wanted] of [
        ['oldest', ids],
        ['newest', ids.toReversed()],
      ] as const) {
        const read: string[] = []
        const ask = { scope: '*', order, limit: 3 } as const
        const first = await events.list(ask)
        const rest = await events.list({ ...ask, after: first.cursor })
        for (const { data } of [first, rest]) read.push(...data.map(({ id }) => id))
        expect([order, read, first.hasMore, rest.hasMore]).toEqual([order, wanted, true, false])
      }
    })

    it('has a reader who goes on behind each page miss none, whatever happened when', async () => {
      const query = { scope: '*', order: 'oldest', limit: 2 } as const
      const read: string[] = []
      let after: string | undefined
      const readOn = async () => {
        for (;;) {
          const page = await events.list({ ...query, after })
          read.push(...page.data.map(({ id }) => id))
          after = page.cursor
          if (!page.hasMore) return
        }
      }
      await readOn()
      expect(read).toEqual([])
      const told: string[] = []
      for (const days of [0, 20, 0, 5]) {
        const some = [0, 1, 2].map((n) => {
          return anEvent({ at: harness.clock.now() - days * dayMs - n, project: 'default' })
        })
        await Promise.all(some.map((event) => events.record(event)))
        told.push(...some.map(({ id }) => id))
        await readOn()
        await harness.clock.advance(4_000)
        await readOn()
      }
      await sure()
      await readOn()
      expect(read.toSorted()).toEqual(told.toSorted())
      await readOn()
      expect(read).toHaveLength(told.length)
    })

    it('shows the newest at once, and none of before a time', async () => {
      const [, second] = await toldInTurn([{}, {}])
      const since = harness.clock.now()
      expect(await idsIn({ since })).toEqual({ ids: [second], hasMore: false })
      await sure()
      expect(await idsIn({ since, order: 'oldest' })).toEqual({ ids: [second], hasMore: false })
      expect(await idsIn({ since: since + 1 })).toEqual({ ids: [], hasMore: false })
    })

    it('refuses a cursor that it never gave', async () => {
      for (const after of ['', '0190', 'x', '-1'])
        await expect(
          (async () => events.list({ scope: '*', limit: 1, after: `${after}?` }))(),
        ).rejects.toThrow(RangeError)
    })

    it('lists those of some types, and of an address in any spelling', async () => {
      const [, bounced, other] = await toldInTurn([
        {},
        { type: 'email.bounced' },
        { address: 'Bob@There.test' },
      ])
      const of = (query: Parameters<typeof idsIn>[0]) => idsIn(query).then(({ ids }) => ids)
      expect(await of({ types: ['email.bounced', 'email.held'] })).toEqual([bounced])
      expect(await of({ address: 'bob@THERE.test' })).toEqual([other])
      expect(await of({ address: 'bob@there.test', types: ['email.bounced'] })).toEqual([])
      expect(await idsIn({ types: ['email.bounced'], limit: 1 })).toMatchObject({ hasMore: false })
    })

    it('has those of one email, in the order in which they happened', async () => {
      const now = harness.clock.now()
      const at = (ago: number) => now - ago
      const told = { what: 'delivered', at: at(50) } as const
      const bounce = { what: 'bounced', at: at(20) } as const
      const email = anEmail({ createdAt: at(100), since: at(90), timeline: [told, bounce] })
      await harness.backend.emails.create(email)
      const of = { emailId: email.id }
      const [bounced, delivered, opened, failed] = await toldInTurn([
        { ...of, at: at(20), type: 'email.bounced' },
        { ...of, at: at(50) },
        { ...of, at: at(10), type: 'email.opened' },
        { ...of, at: at(90), type: 'email.failed' },
        { at: at(50) },
      ])
      const ids = (await events.ofEmail(email)).map(({ id }) => id)
      expect(ids).toEqual([failed, delivered, bounced, opened])
      expect(await events.ofEmail(anEmail())).toEqual([])
    })

    it('keeps those of other projects out of sight', async () => {
      await harness.backend.emails.create(anEmail({ project: 'shop' }))
      const own = anEvent()
      const other = anEvent({ project: 'shop' })
      for (const event of [own, other]) await events.record(event)
      expect((await idsIn({ scope: 'default' })).ids).toEqual([own.id])
      expect((await idsIn({ scope: 'shop' })).ids).toEqual([other.id])
      expect((await idsIn()).ids.sort()).toEqual([own.id, other.id].sort())
      expect(await events.get(other.id, 'default')).toBeUndefined()
      expect(await events.get(other.id, '*')).toEqual(other)
    })

    const told = async () => {
      const { data } = await events.list({ scope: '*', limit: 50 })
      return data.map(({ type }) => type).sort()
    }

    it('keeps what follows from an attempt if that is written down, and not otherwise', async () => {
      const { emails } = harness.backend
      const { id } = await claimable()
      const claim = await emails.claim(id, harness.clock.now(), 75)
      if (claim.kind !== 'claimed') throw new Error(claim.kind)
      const also = { events: [anEvent({ type: 'email.failed', emailId: id })] }
      expect(await emails.settle(id, 'not its holder', { state: 'failed' }, also)).toBe(false)
      expect(await told()).toEqual([])
      expect(await emails.settle(id, claim.claim, { state: 'failed' }, also)).toBe(true)
      expect(await told()).toEqual(['email.failed'])
    })

    it('keeps what follows from a change, unless another came before it', async () => {
      const { emails } = harness.backend
      const seen = await claimable()
      const also = () => [anEvent({ type: 'email.canceled', emailId: seen.id })]
      expect(await emails.change(seen, { state: 'canceled' }, also())).toBeDefined()
      expect(await emails.change(seen, { state: 'canceled' }, also())).toBeUndefined()
      expect(await told()).toEqual(['email.canceled'])
    })

    it('tells of an email that is to leave later, once however often it is put', async () => {
      const at = harness.clock.now()
      const later = {
        state: 'scheduled',
        scheduled: true,
        dueAt: at + dayMs,
        createdAt: at,
      } as const
      const content = { kind: 'structured', headers: {}, attachments: [] } as const
      const arrivals = [{ email: anEmail(later), content }]
      for (const time of [1, 2]) {
        await harness.backend.intake.put(arrivals)
        expect([time, await told()]).toEqual([time, ['email.scheduled']])
      }
      await harness.backend.intake.put([{ email: anEmail(), content }])
      expect(await told()).toEqual(['email.scheduled'])
    })

    it('tells of each address that is suppressed and of each that no longer is, once', async () => {
      const { suppressions } = harness.backend
      const place = { project: 'default', address: 'ann@there.test' }
      const cause = (reason: 'bounce' | 'manual', at: number) => ({ reason, at, by: 'local' })
      const now = harness.clock.now()
      for (const at of [now, now + 1]) await suppressions.add(place, cause('bounce', at))
      expect(await told()).toEqual(['suppression.added'])
      await suppressions.add(place, cause('manual', now))
      const removal = { at: now + 2, by: 'local' }
      for (const time of [1, 2]) {
        await suppressions.remove(place, removal)
        expect([time, await told()]).toEqual([time, [...twice('added'), ...twice('removed')]])
      }
      const { data } = await events.list({ scope: 'default', limit: 10 })
      expect(new Set(data.map(({ suppression }) => suppression?.reason))).toEqual(
        new Set(['bounce', 'manual']),
      )
      expect(data.every(({ address }) => address === place.address)).toBe(true)
    })

    const twice = (what: 'added' | 'removed') => [`suppression.${what}`, `suppression.${what}`]

    it('tells once that an engine takes nothing, and once that it does again', async () => {
      const { standing } = harness.backend
      const at = harness.clock.now()
      const pause = { at, until: at + 1_000, reason: '535 no' }
      await Promise.all([standing.pause('smtp', 0, pause), standing.pause('smtp', 0, pause)])
      await standing.pause('smtp', 1, pause)
      expect(await told()).toEqual(['engine.blocked'])
      await Promise.all([standing.resume('smtp'), standing.resume('smtp')])
      expect(await told()).toEqual(['engine.blocked', 'engine.resumed'])
      await standing.degrade('smtp', { since: at, reason: 'slow', ofEngine: false })
      await standing.resume('smtp')
      expect(await told()).toEqual(['engine.blocked', 'engine.resumed'])
    })

    async function claimable() {
      const now = harness.clock.now()
      const email = anEmail({ createdAt: now, dueAt: now, since: now })
      await harness.backend.emails.create(email)
      return email
    }

    it('knows nothing of an event that was never told, or that is over', async () => {
      expect(await events.get(anEvent().id, '*')).toBeUndefined()
      const event = anEvent({ recordedAt: harness.clock.now() - (eventDays + 1) * dayMs })
      await events.record(event)
      await harness.clock.advance(0)
      await forgetOld()
      expect(await events.get(event.id, '*')).toBeUndefined()
      expect((await idsIn()).ids).toEqual([])
    })

    /** Where something else than the store forgets. */
    async function forgetOld() {
      const { backend, clock } = harness
      if ('sweep' in backend)
        await (backend as unknown as Pick<LocalBackend, 'sweep'>).sweep(clock.now(), keeping(0))
    }
  })
}
