import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Idempotency, IdempotencyEntry } from '../../mail/ports/idempotency.ts'

export interface IdempotencyHarness {
  readonly idempotency: Idempotency
  close(): void | Promise<void>
}

/** What every memory of Idempotency-Keys must do. */
export function testIdempotency(name: string, open: () => Promise<IdempotencyHarness>) {
  describe(`${name}: idempotency`, () => {
    let harness: IdempotencyHarness
    let idempotency: Idempotency
    beforeEach(async () => {
      harness = await open()
      idempotency = harness.idempotency
    })
    afterEach(() => harness.close())

    it('writes the first entry of a key and returns it untouched to the second', async () => {
      expect(await idempotency.begin(entry(), noon)).toBeUndefined()
      expect(await idempotency.begin(entry({ id: 'other', bodyHash: 'ff' }), noon)).toEqual(entry())
    })

    it('lets exactly one of many begin', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => idempotency.begin(entry({ id: `${n}` }), noon)),
      )
      const [winner] = answers.flatMap((answer, n) => (answer ? [] : [`${n}`]))
      const losers = answers.filter((answer) => answer !== undefined)
      expect(losers).toHaveLength(19)
      expect(new Set(losers.map(({ id }) => id))).toEqual(new Set([winner]))
    })

    it('keeps keys of different owners apart, and different keys of one owner', async () => {
      await idempotency.begin(entry(), noon)
      expect(await idempotency.begin(entry({ owner: 'other' }), noon)).toBeUndefined()
      expect(await idempotency.begin(entry({ key: 'other' }), noon)).toBeUndefined()
      expect(await idempotency.begin(entry({ owner: 'key', key: 'owner' }), noon)).toBeUndefined()
    })

    it('says after finish that the request was answered', async () => {
      await idempotency.begin(entry(), noon)
      await idempotency.finish('owner', 'key')
      expect(await idempotency.begin(entry(), noon)).toEqual(entry({ finished: true }))
    })

    it('says after release that no one works on it, under the same id', async () => {
      await idempotency.begin(entry(), noon)
      await idempotency.release('owner', 'key')
      const answer = await idempotency.begin(entry({ id: 'other' }), noon)
      expect(answer).toEqual(entry({ startedAt: 0 }))
    })

    it('makes nothing of a finish or release for a key that is not there', async () => {
      await idempotency.finish('owner', 'key')
      await idempotency.release('owner', 'key')
      expect(await idempotency.begin(entry(), noon)).toBeUndefined()
    })

    it('forgets an entry when it expires, not a millisecond earlier', async () => {
      await idempotency.begin(entry(), noon)
      const next = entry({ id: 'next', expiresAt: day + day })
      expect(await idempotency.begin(next, day - 1)).toEqual(entry())
      expect(await idempotency.begin(next, day)).toBeUndefined()
      expect(await idempotency.begin(entry(), day)).toEqual(next)
    })

    it('remembers which emails of a batch were refused, and why', async () => {
      const faults = [{ field: 'to', rule: 'is required', kind: 'missing' }] as const
      const refused = [{ index: 3, why: { kind: 'invalid', faults } }] as const
      await idempotency.begin(entry({ refused }), noon)
      expect(await idempotency.begin(entry(), noon)).toEqual(entry({ refused }))
    })

    it('takes keys of 256 characters and of any script', async () => {
      const key = 'ключ/🔑'.repeat(60).slice(0, 256)
      expect(await idempotency.begin(entry({ key }), noon)).toBeUndefined()
      expect(await idempotency.begin(entry({ key }), noon)).toEqual(entry({ key }))
    })
  })
}

const noon = Date.UTC(2026, 0, 1, 12)
const day = noon + 24 * 3_600_000

function entry(values: Partial<IdempotencyEntry> = {}): IdempotencyEntry {
  return {
    owner: 'owner',
    key: 'key',
    id: 'first',
    bodyHash: '0a'.repeat(32),
    startedAt: noon,
    expiresAt: day,
    finished: false,
    ...values,
  }
}
