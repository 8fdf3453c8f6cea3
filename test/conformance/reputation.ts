import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reputation, SenderCount, Watch } from '../../mail/ports/reputation.ts'
import { noon } from './email-samples.ts'

export interface ReputationHarness {
  readonly reputation: Reputation
  close(): void | Promise<void>
}

const hour = 3_600_000
const news = { project: 'default', domain: 'news.test' }
const shop = { project: 'shop', domain: 'shop.test' }
const held: Watch = { ...news, level: 'held', since: noon, reason: '5 % of 1000 bounced' }

/** What every store of how recipients took what was sent must do. */
export function testReputation(name: string, open: () => Promise<ReputationHarness>) {
  describe(`${name}: reputation`, () => {
    let harness: ReputationHarness
    let reputation: Reputation
    beforeEach(async () => {
      harness = await open()
      reputation = harness.reputation
    })
    afterEach(() => harness.close())

    const read = async (scope = '*', from = noon) => {
      const all = [...(await reputation.read(scope, from))]
      return all.sort((a, b) => a.at - b.at || (a.domain < b.domain ? -1 : 1))
    }

    it('adds up by sender and hour, what comes first or later', async () => {
      const counts: SenderCount[] = [
        { ...news, at: noon, sent: 3 },
        { ...news, at: noon + hour - 1, bounced: 1 },
        { ...shop, at: noon + 5, complained: 2 },
        { ...news, at: noon + hour, sent: 1 },
      ]
      await reputation.add(counts.slice(0, 1))
      await reputation.add(counts.slice(1))
      expect(await read()).toEqual([
        { ...news, at: noon, sent: 3, bounced: 1, complained: 0 },
        { ...shop, at: noon, sent: 0, bounced: 0, complained: 2 },
        { ...news, at: noon + hour, sent: 1, bounced: 0, complained: 0 },
      ])
    })

    it('loses no count of those that are added at the same time', async () => {
      const one = { ...news, at: noon, sent: 1 }
      await Promise.all(
        Array.from({ length: 20 }, () => reputation.add([one, { ...shop, ...one }])),
      )
      expect((await read()).map(({ sent }) => sent)).toEqual([40])
    })

    it('reads from the hour on that holds the time, of one project or of all', async () => {
      for (const at of [noon - 1, noon, noon + hour])
        await reputation.add([{ ...news, at, sent: 1 }])
      await reputation.add([{ ...shop, at: noon, sent: 1 }])
      expect((await read('default', noon + 5)).map(({ at }) => at)).toEqual([noon, noon + hour])
      expect(await read('shop', noon + 5)).toMatchObject([shop])
      expect(await read('*', noon + 5)).toHaveLength(3)
    })

    it('keeps the watch of the process that saw the last one, and of no other', async () => {
      expect(await reputation.watch(held, undefined)).toBe(true)
      expect(await reputation.watch({ ...held, level: 'warned' }, undefined)).toBe(false)
      expect(await reputation.watches('*')).toEqual([held])
      const well: Watch = { ...news, level: 'well', since: noon + 9, reason: '', countedFrom: noon }
      const both = await Promise.all([1, 2].map(() => reputation.watch(well, noon)))
      expect(both.sort()).toEqual([false, true])
      expect(await reputation.watches('default')).toEqual([well])
      expect(await reputation.watches('shop')).toEqual([])
    })
  })
}
