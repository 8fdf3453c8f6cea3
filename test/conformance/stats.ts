import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Stats } from '../../mail/ports/stats.ts'
import type { CountedEvent } from '../../mail/email/event.ts'
import type { EmailState } from '../../mail/email/states.ts'
import { noon } from './email-samples.ts'

export interface StatsHarness {
  readonly stats: Stats
  /** Has an email settle in this state at this time. */
  settled(state: EmailState, at: number, project?: string): Promise<unknown>
  /** Has this be told of a recipient at this time. */
  told(type: CountedEvent, at: number, project?: string): Promise<unknown>
  close(): void | Promise<void>
}

const hour = 3_600_000

/** What every count of settled emails must do. */
export function testStats(name: string, open: () => Promise<StatsHarness>) {
  describe(`${name}: stats`, () => {
    let harness: StatsHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    it('knows of no hour while nothing has settled', async () => {
      expect(await harness.stats.read('*', noon - 24 * hour, noon)).toEqual([])
    })

    it('counts by the hour, its first and its last millisecond in it, and by state', async () => {
      await harness.settled('sent', noon)
      await harness.settled('sent', noon + hour - 1)
      await harness.settled('failed', noon + 5)
      await harness.settled('captured', noon + hour)
      expect(await harness.stats.read('*', noon, noon + hour)).toEqual([
        { at: noon, settled: { sent: 2, failed: 1 }, told: {} },
        { at: noon + hour, settled: { captured: 1 }, told: {} },
      ])
    })

    it('counts what was told in the hour in which it was, by project', async () => {
      const { stats } = harness
      const told = (...words: Parameters<typeof harness.told>) => harness.told(...words)
      await harness.settled('sent', noon)
      await told('email.delivered', noon + 5)
      await told('email.bounced', noon + hour)
      await told('email.complained', noon + hour)
      await told('email.delivery_delayed', noon + hour, 'shop')
      expect(await stats.read('default', noon, noon + hour)).toEqual([
        { at: noon, settled: { sent: 1 }, told: { 'email.delivered': 1 } },
        { at: noon + hour, settled: {}, told: { 'email.bounced': 1, 'email.complained': 1 } },
      ])
      const [shop] = await stats.read('shop', noon, noon + hour)
      expect(shop).toMatchObject({ at: noon + hour, told: { 'email.delivery_delayed': 1 } })
      expect(Object.keys((await stats.read('*', noon + hour, noon + hour))[0]!.told)).toHaveLength(
        3,
      )
    })

    it('counts by project, and of all together', async () => {
      await harness.settled('sent', noon)
      await harness.settled('sent', noon, 'shop')
      await harness.settled('failed', noon, 'shop')
      const read = async (scope: string) =>
        (await harness.stats.read(scope, noon, noon))[0]?.settled
      expect(await read('shop')).toEqual({ sent: 1, failed: 1 })
      expect(await read('default')).toEqual({ sent: 1 })
      expect(await read('*')).toEqual({ sent: 2, failed: 1 })
      expect(await read('blog')).toBeUndefined()
    })

    it('reads whole hours, from the one that holds the first time to that of the last', async () => {
      for (const at of [noon - 1, noon, noon + hour, noon + 2 * hour])
        await harness.settled('sent', at)
      const read = await harness.stats.read('*', noon + hour - 1, noon + hour + 1)
      expect(read.map(({ at }) => at)).toEqual([noon, noon + hour])
    })

    it('leaves out hours in which nothing settled', async () => {
      await harness.settled('sent', noon - 3 * hour)
      await harness.settled('canceled', noon)
      expect(await harness.stats.read('*', noon - 5 * hour, noon)).toEqual([
        { at: noon - 3 * hour, settled: { sent: 1 }, told: {} },
        { at: noon, settled: { canceled: 1 }, told: {} },
      ])
    })
  })
}
