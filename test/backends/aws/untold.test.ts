import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AwsFault } from '../../remote/aws-front.ts'
import { onAws } from './emulated.ts'
import type { VirtualAws } from './places.ts'

const refused: AwsFault = { kind: 'refuse', status: 400, code: 'ValidationException' }

onAws('a change on AWS whose process dies before it was told', (aws) => {
  let place: VirtualAws
  beforeEach(async () => {
    place = await aws.virtual()
  })
  afterEach(() => place.close())

  /** Has the process die at one call after the other; `after` is what comes next in any case. */
  async function atEachCall(work: () => Promise<unknown>, after: () => Promise<void>) {
    const { front } = place
    for (let chosen = 1, isWhole = false; !isWhole; chosen++) {
      const before = front.calls.length
      front.meddle = () => (front.calls.length - before >= chosen ? refused : undefined)
      await work().catch(() => undefined)
      front.meddle = () => undefined
      isWhole = front.calls.length - before < chosen
      await after()
    }
  }

  const told = async () => {
    await place.clock.advance(20_000)
    const { data } = await place.backend.events.list({ scope: '*', limit: 100, order: 'oldest' })
    return data.map(({ type }) => type)
  }

  it('tells of it with the next look at the engine: blocked, and resumed, once each', async () => {
    const { standing } = place.backend
    const times = async (name: string) => (await told()).filter((type) => type === name).length
    let before = 0
    await atEachCall(
      async () => {
        await standing.pause('ses', 0, { at: place.clock.now(), until: 1e15, reason: 'no' })
        await standing.resume('ses')
      },
      async () => {
        const { pauses } = await standing.read('ses')
        if (pauses > 0) await standing.resume('ses')
        const blocked = await times('engine.blocked')
        expect(blocked - before).toBeLessThanOrEqual(1)
        expect(await times('engine.resumed')).toBe(blocked)
        before = blocked
      },
    )
    expect(before).toBeGreaterThan(6)
  }, 120_000)

  it('tells that an address was removed when one looks whether it is suppressed', async () => {
    const { suppressions } = place.backend
    let removed = 0
    let n = 0
    const where = () => ({ project: 'default', address: `ann${n}@there.test` })
    const cause = { at: place.clock.now(), reason: 'manual', by: 'a test' } as const
    await suppressions.add(where(), cause)
    await atEachCall(
      () => suppressions.remove(where(), { at: place.clock.now(), by: 'a person' }),
      async () => {
        const found = await suppressions.find({ project: 'default', addresses: [where().address] })
        removed += Number(found.length === 0)
        const own = (await told()).filter((type) => type === 'suppression.removed')
        expect(own).toHaveLength(removed)
        n += 1
        await suppressions.add(where(), { ...cause, at: place.clock.now() })
      },
    )
    expect(removed).toBeGreaterThan(2)
  }, 120_000)
})
