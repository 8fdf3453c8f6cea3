import { expect, it } from 'vitest'
import { itemOfCapture, lookUpsOf } from '../../../backends/aws/capture-items.ts'
import { clients } from '../../../backends/aws/clients.ts'
import { dynamoTable } from '../../../backends/aws/table/table.ts'
import { allFound } from '../../../api/mailpit/find.ts'
import type { Capture, CaptureQuery, Lister } from '../../../mail/ports/captures.ts'
import type { Page } from '../../../mail/ports/page.ts'
import { aCapture } from '../../conformance/captures.ts'
import { onAws } from './emulated.ts'
import { unitsOf } from './units.ts'

const [few, many] = [60, 1_300] as const

/** More than a list looks at. */
const sizes = [few, many] as const

const page = { scope: 'default', limit: 20 }

function found({ data }: Page<Capture>): number {
  return data.length
}

/** Keys, and what is new: not what was read before. */
function expectLittle(units: Readonly<Record<string, number[]>>) {
  for (const [name, [first, second, third]] of Object.entries(units)) {
    expect([name, first! <= 2 * 1_020 + 200]).toEqual([name, true])
    expect([name, second! <= 60], String(second)).toEqual([name, true])
    expect([name, third! <= 60], String(third)).toEqual([name, true])
  }
}

onAws('what an inbox reads on AWS', (aws) => {
  it('is bounded, however many captures there are', { timeout: 300_000 }, async () => {
    const { place, backend, clock, front, close } = await aws.virtual()
    const own = clients(aws.access)
    const table = dynamoTable(own.dynamodb, place.tableName)

    async function fill(count: number) {
      const at = clock.now()
      const made = Array.from({ length: count }, (_, n) =>
        aCapture({ at, to: [`a${n}@there.test`], tags: [`t${n}`] }),
      )
      // Some at a time: that is all an emulator on a busy machine takes.
      for (let from = 0; from < count; from += 100)
        await table.putAll(made.slice(from, from + 100).map((one) => itemOfCapture(one, 30)))
      await table.putAll(lookUpsOf(made[1]!, 30))
    }

    async function unitsFor(query: Partial<CaptureQuery>): Promise<number> {
      front.calls.length = 0
      await backend.captures.list({ scope: 'default', limit: 20, ...query })
      return unitsOf(front.calls).read
    }

    /** What each of three looks reads, of one who waits: the third finds an email that came. */
    async function unitsOfLooks() {
      const from = [{ about: 'from', value: 'none@else.test', not: false }]
      const looks: Record<string, (lister: Lister) => Promise<number>> = {
        all: async (lister) => found(await lister.list({ ...page, limit: 100 })),
        subject: async (lister) => found(await lister.list({ ...page, subject: 'new' })),
        words: async (lister) => found(await lister.list({ ...page, q: 'new' })),
        search: async (lister) =>
          (await allFound(lister, { scope: 'default', terms: from })).length,
      }
      const units: Record<string, number[]> = {}
      for (const [name, look] of Object.entries(looks)) {
        const lister = backend.captures.looker()
        for (const n of [1, 2, 3]) {
          if (n === 3)
            await backend.captures.add(
              aCapture({ at: clock.now(), subject: 'new' }),
              Buffer.from('x'),
              'new',
            )
          front.calls.length = 0
          const count = await look(lister)
          if (n === 3 && name !== 'search') expect(count).toBeGreaterThan(0)
          ;(units[name] ??= []).push(unitsOf(front.calls).read)
        }
      }
      return units
    }

    const counts: Record<string, number[]> = {}
    let filled = 0
    for (const size of sizes) {
      await fill(size - filled)
      filled = size
      const queries = { all: {}, to: { to: 'a1@there.test' }, tag: { tag: 't1' } }
      for (const [name, query] of Object.entries(queries))
        (counts[name] ??= []).push(await unitsFor(query))
    }
    // Half a unit for each of sixteen parts of the list, and one for each capture and one more.
    for (const units of counts['all']!) expect(units).toBeLessThanOrEqual(16 * 2 + 21)
    for (const name of ['to', 'tag'])
      for (const units of counts[name]!) expect(units).toBeLessThanOrEqual(4)
    // What looks for words or a part of a subject reads about a thousand captures.
    expect(await unitsFor({ subject: 'nothing' })).toBeLessThanOrEqual(1_020 + 100)
    expect(await unitsFor({ q: 'nothing' })).toBeLessThanOrEqual(2 * 1_020 + 100)
    expectLittle(await unitsOfLooks())
    own.close()
    await close()
  })
})
