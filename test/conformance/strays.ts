import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idOf } from '../../mail/email/id.ts'
import type { Stray, Strays } from '../../mail/ports/strays.ts'

interface StraysHarness {
  readonly strays: Strays
  close(): void | Promise<void>
}

/** What every place for returned email that no program understands must do. */
export function testStrays(name: string, open: () => Promise<StraysHarness>) {
  describe(`${name}: strays`, () => {
    let harness: StraysHarness
    let strays: Strays
    beforeEach(async () => {
      harness = await open()
      strays = harness.strays
    })
    afterEach(() => harness.close())

    async function keep(at: number, rest: Partial<Stray> = {}): Promise<Stray> {
      const stray = { ...aStray(at), ...rest }
      await strays.keep(stray, Buffer.from(`email of ${at}`))
      return stray
    }

    it('are none at first', async () => {
      expect(await strays.list({ limit: 10 })).toEqual({ data: [], hasMore: false })
      expect(await strays.get(idOf('none', 1))).toBeUndefined()
      expect(await strays.remove(idOf('none', 1))).toBe(false)
    })

    it('come back whole, the newest first, a page at a time', async () => {
      const all = [
        await keep(1_000),
        await keep(2_000, { emailId: idOf('ours', 1) }),
        await keep(3_000),
      ]
      const first = await strays.list({ limit: 2 })
      expect(first).toEqual({ data: [all[2], all[1]], hasMore: true })
      const rest = await strays.list({ limit: 2, after: first.data.at(-1)!.id })
      expect(rest).toEqual({ data: [all[0]], hasMore: false })
      const found = await strays.get(all[1]!.id)
      expect([found?.stray, Buffer.from(found!.bytes).toString()]).toEqual([
        all[1],
        'email of 2000',
      ])
    })

    it('are kept once, and gone once removed', async () => {
      const stray = await keep(1_000)
      await strays.keep({ ...stray, reason: 'another' }, Buffer.from('another'))
      expect(await strays.list({ limit: 10 })).toEqual({ data: [stray], hasMore: false })
      expect(await strays.remove(stray.id)).toBe(true)
      expect(await strays.remove(stray.id)).toBe(false)
      expect(await strays.get(stray.id)).toBeUndefined()
    })
  })
}

export function aStray(at: number): Stray {
  const about = { from: 'mailer-daemon@example.org', subject: 'Undelivered', size: 11 }
  return { id: idOf(`stray ${at}`, at), at, reason: 'it has no report that is known', ...about }
}
