import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Email } from '../../mail/email/email.ts'
import { newId } from '../../mail/email/id.ts'
import type { Claim, Emails } from '../../mail/ports/emails.ts'
import { claimable, emailStates } from '../../mail/email/states.ts'
import { anEmail, noon } from './email-samples.ts'
import { emailsFollowTheModel } from './emails-model.ts'

/** What a driver's test hands over: a fresh place for each case. */
export interface EmailsHarness {
  readonly emails: Emails
  /** Lets a list that lags behind catch up. */
  settle?(): Promise<void>
  close(): void | Promise<void>
}

/** What every store of emails must do. */
export function testEmails(
  name: string,
  open: () => Promise<EmailsHarness>,
  { modelRuns = 150 } = {},
) {
  describe(`${name}: emails`, () => {
    let harness: EmailsHarness
    let emails: Emails
    beforeEach(async () => {
      harness = await open()
      emails = harness.emails
    })
    afterEach(() => harness.close())

    async function created(values: Partial<Email> = {}): Promise<Email> {
      const email = anEmail(values)
      expect(await emails.create(email)).toBe(true)
      return email
    }

    async function claimed(email: Email, now = noon): Promise<Claim & { kind: 'claimed' }> {
      const claim = await emails.claim(email.id, now, 60)
      if (claim.kind !== 'claimed') throw new Error(`not claimed but ${claim.kind}`)
      return claim
    }

    it('gives back what was created, value for value', async () => {
      const email = await created({
        engine: 'smtp',
        stream: 'bulk',
        group: 'a group',
        messageId: '<ticket-42.1@desk.example.com>',
        sender: { address: 'desk@example.com', name: 'Desk' },
        envelopeFrom: '',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tags: [{ name: 'a', value: 'ü' }],
      })
      expect(await emails.get(email.id, '*')).toEqual(email)
    })

    it('knows nothing of an email that was never created', async () => {
      expect(await emails.get(newId(noon), '*')).toBeUndefined()
      expect(await emails.claim(newId(noon), noon, 60)).toEqual({ kind: 'unknown' })
      expect(await emails.renew(newId(noon), 'any', noon, 60)).toBe(false)
      expect(await emails.settle(newId(noon), 'any', { state: 'sent' })).toBe(false)
      expect(await emails.change(anEmail(), { state: 'canceled' })).toBeUndefined()
    })

    it('creates an id once and leaves the first record alone', async () => {
      const email = await created()
      expect(await emails.create({ ...email, subject: 'another' })).toBe(false)
      expect(await emails.get(email.id, '*')).toEqual(email)
    })

    it('lets one of many creators win', async () => {
      const email = anEmail()
      const wins = await Promise.all(Array.from({ length: 10 }, () => emails.create(email)))
      expect(wins.filter(Boolean)).toHaveLength(1)
    })

    it('claims a due email: sending, a claim, a lease, one revision more, attempts untouched', async () => {
      const email = await created({ attempts: 2, nextAttemptAt: noon })
      const claim = await claimed(email)
      expect(claim).toMatchObject({ kind: 'claimed', takenOver: false })
      expect(claim.email).toEqual({
        ...email,
        state: 'sending',
        revision: 2,
        claim: claim.claim,
        leaseUntil: noon + 60_000,
      })
      expect(await emails.get(email.id, '*')).toEqual(claim.email)
    })

    it('gives a claim to exactly one of many workers', async () => {
      const email = await created()
      const claims = await Promise.all(
        Array.from({ length: 20 }, () => emails.claim(email.id, noon, 60)),
      )
      expect(claims.filter(({ kind }) => kind === 'claimed')).toHaveLength(1)
      expect(claims.filter(({ kind }) => kind === 'leased')).toHaveLength(19)
    })

    it('tells until when another worker holds it', async () => {
      const email = await created()
      await claimed(email)
      const again = await emails.claim(email.id, noon + 59_999, 60)
      expect(again).toEqual({ kind: 'leased', until: noon + 60_000 })
    })

    it('is taken over at the end of the lease, not before', async () => {
      const email = await created()
      const first = await claimed(email)
      const second = await claimed(email, noon + 60_000)
      expect(second.takenOver).toBe(true)
      expect(second.claim).not.toBe(first.claim)
      expect(second.email).toMatchObject({ revision: 3, leaseUntil: noon + 120_000 })
    })

    it.each([
      ['due time', { state: 'scheduled', dueAt: noon + 1 }],
      ['next attempt', { nextAttemptAt: noon + 1 }],
    ] as const)('is not claimed before its %s', async (_, values) => {
      const email = await created(values)
      expect(await emails.claim(email.id, noon, 60)).toEqual({ kind: 'notDue', dueAt: noon + 1 })
      expect(await emails.get(email.id, '*')).toEqual(email)
      await claimed(email, noon + 1)
    })

    it('waits for the later of due time and next attempt', async () => {
      const email = await created({ dueAt: noon + 5, nextAttemptAt: noon + 3 })
      expect(await emails.claim(email.id, noon + 4, 60)).toEqual({
        kind: 'notDue',
        dueAt: noon + 5,
      })
    })

    it.each(emailStates.filter((state) => !claimable.includes(state)))(
      'cannot be claimed when %s',
      async (state) => {
        const email = await created({ state })
        expect(await emails.claim(email.id, noon, 60)).toEqual({ kind: 'notClaimable', state })
        expect(await emails.get(email.id, '*')).toEqual(email)
      },
    )

    it('is held longer by a holder that renews its lease, and not changed otherwise', async () => {
      const email = await created()
      const { claim, email: held } = await claimed(email)
      expect(await emails.renew(email.id, claim, noon + 25_000, 60)).toBe(true)
      expect(await emails.get(email.id, '*')).toEqual({ ...held, leaseUntil: noon + 85_000 })
      const again = await emails.claim(email.id, noon + 84_999, 60)
      expect(again).toEqual({ kind: 'leased', until: noon + 85_000 })
      expect((await claimed(email, noon + 85_000)).takenOver).toBe(true)
    })

    it('is held longer also when the lease had run out, if no one had taken over', async () => {
      const email = await created()
      const { claim } = await claimed(email)
      expect(await emails.renew(email.id, claim, noon + 90_000, 60)).toBe(true)
      const again = await emails.claim(email.id, noon + 90_000, 60)
      expect(again).toEqual({ kind: 'leased', until: noon + 150_000 })
    })

    it('is not held longer by a holder that lost its lease, or has settled it', async () => {
      const email = await created()
      const lost = await claimed(email)
      const { claim, email: held } = await claimed(email, noon + 60_000)
      expect(await emails.renew(email.id, lost.claim, noon + 61_000, 60)).toBe(false)
      expect(await emails.get(email.id, '*')).toEqual(held)
      expect(await emails.settle(email.id, claim, { state: 'queued' })).toBe(true)
      expect(await emails.renew(email.id, claim, noon + 61_000, 60)).toBe(false)
      expect((await emails.get(email.id, '*'))!.state).toBe('queued')
    })

    it('settles for its holder: the change is applied, claim and lease end', async () => {
      const email = await created()
      const { claim } = await claimed(email)
      const change = {
        state: 'sent',
        settledAt: noon + 5,
        attempts: 1,
        lastReason: '250 ok',
        recipients: [{ address: 'ann@example.org', state: 'sent', reason: '250 ok' }],
        timeline: [...email.timeline, { at: noon + 5, what: 'attempt', outcome: 'sent' }],
      } as const
      expect(await emails.settle(email.id, claim, change)).toBe(true)
      expect(await emails.get(email.id, '*')).toEqual({ ...email, ...change, revision: 3 })
    })

    it('settles for its holder also after the lease ran out, as long as no one took over', async () => {
      const email = await created()
      const lost = await claimed(email)
      const { claim } = await claimed(email, noon + 60_000)
      // The store learns that the second lease is over too, and by how much.
      expect(await emails.renew(email.id, lost.claim, noon + 180_000, 60)).toBe(false)
      expect(await emails.settle(email.id, claim, { state: 'sent' })).toBe(true)
      expect(await emails.get(email.id, '*')).toEqual({ ...email, state: 'sent', revision: 4 })
    })

    it('settles nothing for a holder that lost its lease', async () => {
      const email = await created()
      const lost = await claimed(email)
      const { claim, email: held } = await claimed(email, noon + 60_000)
      expect(await emails.settle(email.id, lost.claim, { state: 'failed' })).toBe(false)
      expect(await emails.get(email.id, '*')).toEqual(held)
      expect(await emails.settle(email.id, claim, { state: 'sent' })).toBe(true)
    })

    it('settles once for one claim', async () => {
      const email = await created()
      const { claim } = await claimed(email)
      const settled = await Promise.all([
        emails.settle(email.id, claim, { state: 'queued', nextAttemptAt: noon + 30_000 }),
        emails.settle(email.id, claim, { state: 'sent' }),
      ])
      expect(settled.filter(Boolean)).toHaveLength(1)
    })

    it('removes a value that a change names as undefined', async () => {
      const email = await created({
        state: 'failed',
        settledAt: noon,
        lastReason: 'no',
        nextAttemptAt: 1,
      })
      const changed = await emails.change(email, {
        state: 'queued',
        settledAt: undefined,
        lastReason: undefined,
        nextAttemptAt: undefined,
      })
      expect(Object.keys(changed!)).not.toContain('settledAt')
      expect(changed).not.toHaveProperty('lastReason')
      expect(changed).not.toHaveProperty('nextAttemptAt')
      expect(await emails.get(email.id, '*')).toEqual(changed)
    })

    it('changes what is unchanged since it was read, and nothing else', async () => {
      const email = await created()
      const canceled = await emails.change(email, { state: 'canceled', settledAt: noon })
      expect(canceled).toEqual({ ...email, state: 'canceled', settledAt: noon, revision: 2 })
      expect(await emails.change(email, { state: 'canceled', settledAt: 1 })).toBeUndefined()
      expect(await emails.get(email.id, '*')).toEqual(canceled)
    })

    it('does not cancel an email that was claimed since it was read', async () => {
      const email = await created()
      const { email: held } = await claimed(email)
      expect(await emails.change(email, { state: 'canceled' })).toBeUndefined()
      expect(await emails.get(email.id, '*')).toEqual(held)
    })

    it('lets one of many changes win', async () => {
      const email = await created()
      const changes = await Promise.all(
        Array.from({ length: 10 }, (_, index) => emails.change(email, { since: index })),
      )
      expect(changes.filter(Boolean)).toHaveLength(1)
    })

    it('refuses a transition that is not in the table, as a fault of the caller', async () => {
      const email = await created({ state: 'sent' })
      await expect(emails.change(email, { state: 'queued' })).rejects.toThrow('sent')
      expect(await emails.get(email.id, '*')).toEqual(email)
    })

    describe('lists', () => {
      async function five(values: (index: number) => Partial<Email> = () => ({})) {
        const all: Email[] = []
        for (let index = 0; index < 5; index++) all.unshift(await created(values(index)))
        await harness.settle?.()
        return { all, ids: all.map(({ id }) => id) }
      }

      it('newest first, whole records', async () => {
        const { all } = await five()
        expect(await emails.list({ scope: '*', limit: 5 })).toEqual({ data: all, hasMore: false })
      })

      it('page by page in both directions, each email once', async () => {
        const { ids } = await five()
        const first = await emails.list({ scope: '*', limit: 2 })
        const second = await emails.list({ scope: '*', limit: 2, after: ids[1]! })
        const third = await emails.list({ scope: '*', limit: 2, after: ids[3]! })
        expect([first, second, third].map(idsOf)).toEqual([
          ids.slice(0, 2),
          ids.slice(2, 4),
          ids.slice(4),
        ])
        expect([first, second, third].map(({ hasMore }) => hasMore)).toEqual([true, true, false])
        const back = await emails.list({ scope: '*', limit: 2, before: ids[4]! })
        expect(back).toMatchObject({ hasMore: true })
        expect(idsOf(back)).toEqual(ids.slice(2, 4))
        const start = await emails.list({ scope: '*', limit: 2, before: ids[2]! })
        expect(start.hasMore).toBe(false)
        expect(idsOf(start)).toEqual(ids.slice(0, 2))
      })

      it('one state, as it is now', async () => {
        const { all, ids } = await five()
        await emails.change(all[1]!, { state: 'canceled' })
        await emails.change(all[3]!, { state: 'canceled' })
        await harness.settle?.()
        expect(idsOf(await emails.list({ scope: '*', limit: 5, state: 'canceled' }))).toEqual([
          ids[1],
          ids[3],
        ])
        const rest = await emails.list({ scope: '*', limit: 1, state: 'canceled', after: ids[1]! })
        expect(idsOf(rest)).toEqual([ids[3]])
        expect(rest.hasMore).toBe(false)
        expect(idsOf(await emails.list({ scope: '*', limit: 5, state: 'queued' }))).toEqual([
          ids[0],
          ids[2],
          ids[4],
        ])
      })

      it('one recipient, whole address in any case', async () => {
        const { ids } = await five((index) => ({
          recipients: [
            { address: index % 2 === 0 ? 'Bob@Example.org' : 'rob@example.org', state: 'queued' },
            { address: 'everybody@example.org', state: 'queued' },
          ],
        }))
        const bob = await emails.list({ scope: '*', limit: 5, q: 'bob@example.ORG' })
        expect(idsOf(bob)).toEqual([ids[0], ids[2], ids[4]])
        expect(
          idsOf(await emails.list({ scope: '*', limit: 5, q: 'everybody@example.org' })),
        ).toEqual(ids)
        expect(idsOf(await emails.list({ scope: '*', limit: 5, q: 'ob@example.org' }))).toEqual([])
        const page = await emails.list({
          scope: '*',
          limit: 1,
          q: 'bob@example.org',
          after: ids[0]!,
        })
        expect(page).toMatchObject({ hasMore: true })
        expect(idsOf(page)).toEqual([ids[2]])
      })

      it('one recipient, in either Unicode form that lower-casing leaves', async () => {
        const recipients = [{ address: 'J\u030can@example.org', state: 'queued' }] as const
        const { ids } = await five((index) => (index === 2 ? { recipients } : {}))
        for (const q of ['J\u030can@example.org', '\u01f0an@example.org'])
          expect(idsOf(await emails.list({ scope: '*', limit: 5, q }))).toEqual([ids[2]])
      })

      it('one recipient in one state', async () => {
        const { all, ids } = await five()
        await emails.change(all[2]!, { state: 'canceled' })
        await harness.settle?.()
        const canceled = await emails.list({
          scope: '*',
          limit: 5,
          q: 'ann@example.org',
          state: 'canceled',
        })
        expect(idsOf(canceled)).toEqual([ids[2]])
      })

      it('one project, whatever else is asked for; and that of another is as if it were not', async () => {
        const to = [{ address: 'bob@example.org' }, { address: 'eve@example.org' }]
        const recipients = to.map(({ address }) => ({ address, state: 'queued' as const }))
        const { all } = await five((index) => ({
          to,
          recipients,
          project: index % 2 === 0 ? 'shop' : 'blog',
        }))
        await emails.change(all[0]!, { state: 'canceled' })
        await emails.change(all[1]!, { state: 'canceled' })
        const other = await created()
        await harness.settle?.()
        const [shop, blog] = [
          [0, 2, 4],
          [1, 3],
        ].map((some) => some.map((i) => all[i]!.id))
        const find = async (scope: string, query: object = {}) =>
          idsOf(await emails.list({ scope, limit: 10, ...query }))
        expect(await find('shop')).toEqual(shop)
        expect(await find('blog')).toEqual(blog)
        expect(await find('default')).toEqual([other.id])
        expect(await find('none')).toEqual([])
        expect(await find('*')).toEqual([other.id, ...all.map(({ id }) => id)])
        expect(await find('shop', { after: shop![0] })).toEqual(shop!.slice(1))
        expect(await find('shop', { before: shop![2] })).toEqual(shop!.slice(0, 2))
        expect(await find('shop', { q: 'bob@example.org' })).toEqual(shop)
        expect(await find('blog', { q: 'eve@example.org' })).toEqual(blog)
        expect(await find('default', { q: 'eve@example.org' })).toEqual([])
        expect(await find('shop', { state: 'canceled' })).toEqual([shop![0]])
        expect(await find('shop', { state: 'queued' })).toEqual(shop!.slice(1))
        expect(await find('shop', { q: blog![0] })).toEqual([])
        expect(await emails.get(shop![0]!, 'shop')).toMatchObject({ project: 'shop' })
        expect(await emails.get(shop![0]!, '*')).toMatchObject({ project: 'shop' })
        for (const scope of ['blog', 'default', 'none'])
          expect(await emails.get(shop![0]!, scope)).toBeUndefined()
      })

      it('one stream, whatever else is asked for', async () => {
        const recipients = [{ address: 'bob@example.org', state: 'queued' as const }]
        const { all } = await five((index) => ({
          recipients,
          stream: index % 2 === 0 ? 'bulk' : 'transactional',
          ...(index > 2 && { project: 'shop' }),
        }))
        const [bulk, codes] = [
          [0, 2, 4],
          [1, 3],
        ].map((some) => some.map((i) => all[i]!.id))
        await emails.change(all[0]!, { state: 'canceled' })
        await emails.change(all[1]!, { state: 'canceled' })
        await harness.settle?.()
        const find = async (query: object) =>
          idsOf(await emails.list({ scope: '*', limit: 10, ...query }))
        expect(await find({ stream: 'bulk' })).toEqual(bulk)
        expect(await find({ stream: 'transactional' })).toEqual(codes)
        expect(await find({ stream: 'bulk', after: bulk![0] })).toEqual(bulk!.slice(1))
        expect(await find({ stream: 'transactional', before: codes![1] })).toEqual([codes![0]])
        expect(await find({ stream: 'bulk', scope: 'shop' })).toEqual([bulk![0]])
        expect(await find({ stream: 'bulk', scope: 'default' })).toEqual(bulk!.slice(1))
        expect(await find({ stream: 'transactional', scope: 'shop' })).toEqual([codes![0]])
        expect(await find({ stream: 'bulk', state: 'canceled' })).toEqual([bulk![0]])
        expect(await find({ stream: 'transactional', state: 'queued' })).toEqual([codes![1]])
        expect(await find({ stream: 'bulk', q: 'bob@example.org' })).toEqual(bulk)
        expect(await find({ stream: 'bulk', q: codes![0] })).toEqual([])
      })

      it('one id', async () => {
        const { all, ids } = await five()
        expect(await emails.list({ scope: '*', limit: 5, q: ids[2]! })).toEqual({
          data: [all[2]],
          hasMore: false,
        })
        expect(
          idsOf(await emails.list({ scope: '*', limit: 5, q: ids[2]!, state: 'sent' })),
        ).toEqual([])
      })

      it('1 to 100 at a time, and refuses more or less', async () => {
        await five()
        expect(idsOf(await emails.list({ scope: '*', limit: 1 }))).toHaveLength(1)
        expect(idsOf(await emails.list({ scope: '*', limit: 100 }))).toHaveLength(5)
        await expect(emails.list({ scope: '*', limit: 0 })).rejects.toThrow(RangeError)
        await expect(emails.list({ scope: '*', limit: 101 })).rejects.toThrow(RangeError)
      })
    })

    it('follows the model whatever two workers and a person do', () =>
      emailsFollowTheModel(emails, modelRuns))
  })
}

function idsOf({ data }: { data: readonly { id: string }[] }): string[] {
  return data.map(({ id }) => id)
}
