import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SuppressedPlace, SuppressionCause } from '../../mail/email/suppression.ts'
import { dayMs } from '../../mail/email/time.ts'
import type { SuppressionQuestion, Suppressions } from '../../mail/ports/suppressions.ts'

export interface SuppressionsHarness {
  readonly suppressions: Suppressions
  /** Lets a list that lags behind catch up. */
  settle?(): Promise<void>
  close(): void | Promise<void>
}

/** What every store of suppressed addresses must do. */
export function testSuppressions(name: string, open: () => Promise<SuppressionsHarness>) {
  describe(`${name}: suppressions`, () => {
    let harness: SuppressionsHarness
    let suppressions: Suppressions
    beforeEach(async () => {
      harness = await open()
      suppressions = harness.suppressions
    })
    afterEach(() => harness.close())

    const add = async (
      place: Partial<SuppressedPlace> = {},
      cause: Partial<SuppressionCause> = {},
    ) => suppressions.add(placeOf(place), { ...bounce, ...cause })

    const found = async (question: Partial<SuppressionQuestion> = {}) => {
      const asked = { project: 'default', addresses: [ann], ...question }
      const all = await suppressions.find(asked)
      return all.map(({ address, list }) => (list ? `${address} ${list}` : address)).sort()
    }

    const listed = async (query: Partial<Parameters<Suppressions['list']>[0]> = {}) => {
      await harness.settle?.()
      return suppressions.list({ scope: '*', limit: 10, ...query })
    }

    it('finds an address in any case, in its project and in all, as it was spelled', async () => {
      await add({ address: 'Ann@There.test' })
      await add({ address: 'bob@there.test', project: '*' })
      await add({ address: 'eve@there.test', project: 'shop' })
      const addresses = ['ann@there.test', 'BOB@there.test', 'eve@there.test', 'joe@there.test']
      expect(await found({ addresses })).toEqual(['Ann@There.test', 'bob@there.test'])
      expect(await found({ addresses, project: 'shop' })).toEqual([
        'bob@there.test',
        'eve@there.test',
      ])
    })

    it('finds an address beyond ASCII by its one key', async () => {
      await add({ address: 'J\u030can@there.test' })
      expect(await found({ addresses: ['\u01f0an@there.test'] })).toHaveLength(1)
    })

    it('finds what was said of a list only for that list', async () => {
      await add({ list: 'news' }, { reason: 'unsubscribe' })
      expect(await found()).toEqual([])
      expect(await found({ list: 'offers' })).toEqual([])
      expect(await found({ list: 'news' })).toEqual([`${ann} news`])
      await add()
      expect(await found({ list: 'news' })).toEqual([ann, `${ann} news`])
    })

    it('is asked for a thousand addresses at once, some of them doubled', async () => {
      const addresses = Array.from({ length: 1_000 }, (_, n) => `a${n}@there.test`)
      for (const n of [0, 99, 100, 999]) await add({ address: addresses[n]! })
      const asked = [...addresses, addresses[0]!.toUpperCase()]
      expect(await found({ addresses: asked, list: 'news' })).toEqual(
        ['a0@there.test', 'a100@there.test', 'a99@there.test', 'a999@there.test'].sort(),
      )
      expect(await found({ addresses: [] })).toEqual([])
    })

    it('says all it was told, and adds a reason only once', async () => {
      const cause = { emailId: 'e1', status: '5.1.1', text: 'no such user', spelling: 'Ann@x' }
      const first = await add({}, cause)
      expect(first).toMatchObject({
        isNew: true,
        suppression: { causes: [{ ...bounce, ...cause }] },
      })
      const again = await add({ address: 'ANN@there.test' }, { at: noon + 1, by: 'other' })
      expect(again).toEqual({ isNew: false, suppression: first.suppression })
      const more = await add({}, { reason: 'complaint', at: noon + 2 })
      expect(more.isNew).toBe(true)
      expect(more.suppression).toEqual({
        ...first.suppression,
        causes: [...first.suppression.causes, { reason: 'complaint', at: noon + 2, by: 'ses' }],
      })
      expect(await suppressions.find({ project: 'default', addresses: [ann] })).toEqual([
        more.suppression,
      ])
    })

    it('takes single reasons, and forgets the address with the last', async () => {
      await add()
      await add({}, { reason: 'complaint' })
      const taken = await suppressions.remove(placeOf(), { ...removal, reasons: ['bounce'] })
      expect(taken?.causes).toEqual([bounce])
      expect(await found()).toEqual([ann])
      expect(
        await suppressions.remove(placeOf(), { ...removal, reasons: ['bounce'] }),
      ).toBeUndefined()
      expect((await suppressions.remove(placeOf(), removal))?.causes).toHaveLength(1)
      expect(await found()).toEqual([])
      expect((await listed()).data).toEqual([])
      expect(await suppressions.remove(placeOf(), removal)).toBeUndefined()
    })

    it('takes nothing in another project, of another list or of all', async () => {
      await add({ list: 'news' }, { reason: 'unsubscribe' })
      for (const place of [
        { list: 'offers' },
        {},
        { list: 'news', project: 'shop' },
        { project: '*' },
      ])
        expect(await suppressions.remove(placeOf(place), removal)).toBeUndefined()
      expect(await found({ list: 'news' })).toHaveLength(1)
    })

    it('keeps who did what for a year, also of what was removed', async () => {
      await add({}, { emailId: 'e1' })
      await suppressions.remove(placeOf(), removal)
      const lines = [
        { at: noon, what: 'added', reason: 'bounce', by: 'ses', emailId: 'e1' },
        { at: removal.at, what: 'removed', reason: 'bounce', by: 'key-1' },
      ]
      expect(await suppressions.history(placeOf())).toEqual(lines)
      const later = noon + 367 * dayMs
      await add({}, { at: later })
      expect((await suppressions.history(placeOf())).map(({ at }) => at)).toEqual([later])
      expect(await suppressions.history(placeOf({ project: 'shop' }))).toEqual([])
    })

    it('gets one by its id within its scope', async () => {
      const { suppression } = await add({ project: 'shop' })
      const { id } = suppression
      expect(await suppressions.get(id, 'shop')).toEqual(suppression)
      expect(await suppressions.get(id, '*')).toEqual(suppression)
      expect(await suppressions.get(id, 'default')).toBeUndefined()
      expect(await suppressions.get(id.replace(/^./, 'f'), '*')).toBeUndefined()
      await suppressions.remove(placeOf({ project: 'shop' }), removal)
      expect(await suppressions.get(id, 'shop')).toBeUndefined()
    })

    it('lists pages, newest first, of a scope, a reason, a list or a part of an address', async () => {
      const names = ['ann', 'bob', 'cid', 'dan', 'eve']
      for (const [n, name] of names.entries())
        await add({ address: `${name}@there.test` }, { at: noon + n })
      await add({ project: '*', address: 'fay@there.test' }, { at: noon + 5, reason: 'manual' })
      await add({ project: 'shop', list: 'news' }, { at: noon + 6, reason: 'unsubscribe' })
      const pageOf = async (query: Parameters<typeof listed>[0]) => {
        const { data, hasMore } = await listed(query)
        return [data.map(({ address }) => address.slice(0, 3)).join(' '), hasMore]
      }
      expect(await pageOf({})).toEqual(['ann fay eve dan cid bob ann', false])
      expect(await pageOf({ scope: 'default', limit: 2 })).toEqual(['eve dan', true])
      const { data } = await listed({ scope: 'default', limit: 2 })
      expect(await pageOf({ scope: 'default', limit: 2, after: data[1]!.id })).toEqual([
        'cid bob',
        true,
      ])
      expect(await pageOf({ scope: 'default', before: data[1]!.id })).toEqual(['eve', false])
      expect(await pageOf({ scope: 'shop' })).toEqual(['ann', false])
      expect(await pageOf({ reason: 'manual' })).toEqual(['fay', false])
      expect(await pageOf({ reason: 'bounce', limit: 1 })).toEqual(['eve', true])
      expect(await pageOf({ list: 'news' })).toEqual(['ann', false])
      expect(await pageOf({ list: null, limit: 1 })).toEqual(['fay', true])
      expect(await pageOf({ scope: 'default', q: 'BOB@there.test' })).toEqual(['bob', false])
    })

    it('loses no reason when several are told at once', async () => {
      const reasons = ['bounce', 'complaint', 'unsubscribe', 'manual'] as const
      await Promise.all([...reasons, ...reasons].map((reason) => add({}, { reason })))
      const [suppression] = await suppressions.find({ project: 'default', addresses: [ann] })
      expect(suppression?.causes.map(({ reason }) => reason).sort()).toEqual([...reasons].sort())
      expect(await suppressions.history(placeOf())).toHaveLength(4)
    })
  })
}

const noon = Date.UTC(2026, 0, 1, 12)
const ann = 'ann@there.test'
const bounce: SuppressionCause = { reason: 'bounce', at: noon, by: 'ses' }
const removal = { at: noon + 5_000, by: 'key-1' }

function placeOf(place: Partial<SuppressedPlace> = {}): SuppressedPlace {
  return { project: 'default', address: ann, ...place }
}
