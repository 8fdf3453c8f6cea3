import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pause, Standing, StoredVerdict } from '../../mail/ports/standing.ts'

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
      await standing.pause('smtp', 0, until(noon, '535 no'))
      expect(await standing.read('smtp')).toEqual({
        pausedUntil: noon,
        reason: '535 no',
        since: morning,
        pauses: 1,
      })
      expect(await standing.read('ses')).toEqual({ pauses: 0 })
    })

    it('counts pauses in a row, each with its own end and reason', async () => {
      await standing.pause('smtp', 0, until(noon, 'first'))
      await standing.pause('smtp', 1, { ...until(noon + 60, 'second'), at: noon })
      expect(await standing.read('smtp')).toEqual({
        pausedUntil: noon + 60,
        reason: 'second',
        since: morning,
        pauses: 2,
      })
    })

    it.each([0, 1])(
      'is paused once by twenty workers blocked at once, after %i pauses',
      async (pauses) => {
        if (pauses === 1) await standing.pause('smtp', 0, until(noon, 'before'))
        const told = await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            standing.pause('smtp', pauses, until(noon + 60 + n, `${n}`)),
          ),
        )
        const { pausedUntil, reason, pauses: counted } = await standing.read('smtp')
        expect(counted).toBe(pauses + 1)
        expect(pausedUntil).toBe(noon + 60 + Number(reason))
        expect(told.filter(Boolean)).toHaveLength(1)
      },
    )

    it('refuses to pause by a count that is out of date', async () => {
      await standing.pause('smtp', 0, until(noon, 'first'))
      await standing.pause('smtp', 2, until(noon + 60, 'ahead'))
      await standing.resume('smtp')
      await standing.pause('smtp', 1, until(noon + 60, 'late'))
      expect(await standing.read('smtp')).toEqual({ pauses: 0 })
    })

    it('gives the probe to exactly one of many when the pause is over, not before', async () => {
      await standing.pause('smtp', 0, until(noon, 'no'))
      expect(await standing.takeProbe('smtp', noon - 1, noon + 60)).toBe(false)
      const probes = await Promise.all(
        Array.from({ length: 20 }, () => standing.takeProbe('smtp', noon, noon + 60)),
      )
      expect(probes.filter(Boolean)).toHaveLength(1)
    })

    it('lets the pause go on for the others while one probes, and repeats a lost probe', async () => {
      await standing.pause('smtp', 0, until(noon, 'no'))
      await standing.takeProbe('smtp', noon, noon + 60)
      expect(await standing.read('smtp')).toEqual({
        pausedUntil: noon + 60,
        reason: 'no',
        since: morning,
        pauses: 1,
      })
      expect(await standing.takeProbe('smtp', noon + 59, noon + 90)).toBe(false)
      expect(await standing.takeProbe('smtp', noon + 60, noon + 120)).toBe(true)
    })

    it('forgets pauses and their number on resume', async () => {
      await standing.pause('smtp', 0, until(noon, 'no'))
      await standing.pause('smtp', 1, until(noon, 'no'))
      expect(await standing.resume('smtp')).toBe(true)
      expect(await standing.resume('smtp')).toBe(false)
      expect(await standing.read('smtp')).toEqual({ pauses: 0 })
      await standing.pause('smtp', 0, until(noon, 'again'))
      expect(await standing.read('smtp')).toMatchObject({ pauses: 1 })
    })

    it('notes once since when an engine takes nothing, and its last reason', async () => {
      const first = { since: morning, reason: 'connection refused', ofEngine: true }
      const told = await Promise.all([1, 2, 3].map(() => standing.degrade('smtp', first)))
      expect(told.filter(Boolean)).toHaveLength(1)
      const later = { since: noon, reason: '451 no room', ofEngine: false }
      expect(await standing.degrade('smtp', later)).toBe(false)
      expect(await standing.read('smtp')).toEqual({ ...later, since: morning, pauses: 0 })
      expect(await standing.takeProbe('smtp', noon, noon + 60)).toBe(false)
      expect(await standing.resume('smtp')).toBe(true)
      expect(await standing.read('smtp')).toEqual({ pauses: 0 })
    })

    it('remembers since when an engine took nothing that is then blocked', async () => {
      await standing.degrade('smtp', { since: morning, reason: 'refused', ofEngine: true })
      await standing.pause('smtp', 0, { at: noon, until: noon + 60, reason: '535 no' })
      const blocked = { pausedUntil: noon + 60, reason: '535 no', since: morning, pauses: 1 }
      expect(await standing.read('smtp')).toEqual(blocked)
      await standing.degrade('smtp', { since: noon, reason: 'refused', ofEngine: true })
      expect(await standing.read('smtp')).toEqual(blocked)
    })

    it('keeps the last verdict whole', async () => {
      expect(await standing.readVerdict()).toBeUndefined()
      await standing.writeVerdict(verdict('1'))
      await standing.writeVerdict(verdict('2'))
      expect(await standing.readVerdict()).toEqual(verdict('2'))
    })
  })
}

const morning = Date.UTC(2026, 0, 1, 8)
const noon = Date.UTC(2026, 0, 1, 12)

function until(end: number, reason: string): Pause {
  return { at: morning, until: end, reason }
}

function verdict(about: string): StoredVerdict {
  return {
    about,
    at: noon,
    engines: { smtp: { valid: false, reason: `535 „${about}“` }, noop: { valid: true } },
  }
}
