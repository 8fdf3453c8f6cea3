import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Standing, StoredVerdict } from '../../mail/ports/standing.ts'

export interface StandingHarness {
  readonly standing: Standing
  close(): void | Promise<void>
}

/** What every memory of how the engines stand must do. */
export function testStanding(name: string, open: () => Promise<StandingHarness>) {
  describe(`${name}: standing`, () => {
    let harness: StandingHarness
    let standing: Standing
    beforeEach(async () => {
      harness = await open()
      standing = harness.standing
    })
    afterEach(() => harness.close())

    it('knows no pause of an engine that was never paused', async () => {
      expect(await standing.read('smtp')).toEqual({ pauses: 0 })
      expect(await standing.takeProbe('smtp', noon, noon + 1)).toBe(false)
    })

    it('pauses one engine and no other', async () => {
      await standing.pause('smtp', 0, noon, '535 no')
      expect(await standing.read('smtp')).toEqual({
        pausedUntil: noon,
        reason: '535 no',
        pauses: 1,
      })
      expect(await standing.read('ses')).toEqual({ pauses: 0 })
    })

    it('counts pauses in a row, each with its own end and reason', async () => {
      await standing.pause('smtp', 0, noon, 'first')
      await standing.pause('smtp', 1, noon + 60, 'second')
      expect(await standing.read('smtp')).toEqual({
        pausedUntil: noon + 60,
        reason: 'second',
        pauses: 2,
      })
    })

    it.each([0, 1])(
      'is paused once by twenty workers blocked at once, after %i pauses',
      async (pauses) => {
        if (pauses === 1) await standing.pause('smtp', 0, noon, 'before')
        await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            standing.pause('smtp', pauses, noon + 60 + n, `${n}`),
          ),
        )
        const { pausedUntil, reason, pauses: counted } = await standing.read('smtp')
        expect(counted).toBe(pauses + 1)
        expect(pausedUntil).toBe(noon + 60 + Number(reason))
      },
    )

    it('refuses to pause by a count that is out of date', async () => {
      await standing.pause('smtp', 0, noon, 'first')
      await standing.pause('smtp', 2, noon + 60, 'ahead')
      await standing.resume('smtp')
      await standing.pause('smtp', 1, noon + 60, 'late')
      expect(await standing.read('smtp')).toEqual({ pauses: 0 })
    })

    it('gives the probe to exactly one of many when the pause is over, not before', async () => {
      await standing.pause('smtp', 0, noon, 'no')
      expect(await standing.takeProbe('smtp', noon - 1, noon + 60)).toBe(false)
      const probes = await Promise.all(
        Array.from({ length: 20 }, () => standing.takeProbe('smtp', noon, noon + 60)),
      )
      expect(probes.filter(Boolean)).toHaveLength(1)
    })

    it('lets the pause go on for the others while one probes, and repeats a lost probe', async () => {
      await standing.pause('smtp', 0, noon, 'no')
      await standing.takeProbe('smtp', noon, noon + 60)
      expect(await standing.read('smtp')).toEqual({
        pausedUntil: noon + 60,
        reason: 'no',
        pauses: 1,
      })
      expect(await standing.takeProbe('smtp', noon + 59, noon + 90)).toBe(false)
      expect(await standing.takeProbe('smtp', noon + 60, noon + 120)).toBe(true)
    })

    it('forgets pauses and their number on resume', async () => {
      await standing.pause('smtp', 0, noon, 'no')
      await standing.pause('smtp', 1, noon, 'no')
      await standing.resume('smtp')
      await standing.resume('smtp')
      expect(await standing.read('smtp')).toEqual({ pauses: 0 })
      await standing.pause('smtp', 0, noon, 'again')
      expect(await standing.read('smtp')).toMatchObject({ pauses: 1 })
    })

    it('keeps the last verdict whole', async () => {
      expect(await standing.readVerdict()).toBeUndefined()
      await standing.writeVerdict(verdict('1'))
      await standing.writeVerdict(verdict('2'))
      expect(await standing.readVerdict()).toEqual(verdict('2'))
    })
  })
}

const noon = Date.UTC(2026, 0, 1, 12)

function verdict(about: string): StoredVerdict {
  return {
    about,
    at: noon,
    engines: { smtp: { valid: false, reason: `535 „${about}“` }, noop: { valid: true } },
  }
}
