import { afterEach, describe, expect, it } from 'vitest'
import { startWorker, type LocalWorker } from '../../backends/local/worker.ts'
import { accept } from '../../mail/accept/accept.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import type { Pace } from '../../mail/ports/pace.ts'
import type { Parcel } from '../../mail/email/parcel.ts'
import type { SavedSettings } from '../../mail/settings/layers.ts'
import {
  asking,
  emailRequest,
  openPostern,
  scriptedEngine,
  type TestPostern,
} from '../open-postern.ts'

const seconds = 60

/** One email that left: when, in milliseconds, and for how many. */
interface Departure {
  readonly at: number
  readonly recipients: number
}

describe('a rate of 14 recipients per second, with the worker of one machine', () => {
  let test: TestPostern
  let worker: LocalWorker
  let departures: Departure[]
  /** How many emails have got their turn: each of them leaves before any time passes. */
  let turns: number
  afterEach(async () => {
    await worker.stop()
    await test.close()
  })

  it.each([
    ['set by an administrator', { ratePerSecond: 14 }, null],
    ['told by the engine', {}, 14],
    ['set, and not that of the engine', { ratePerSecond: 14 }, 1_000],
  ])('is held to the second and used to nine tenths when %s', async (_, delivery, told) => {
    await departuresUnder({ engine: 'smtp', delivery }, told, mixed(400))
    const average = sum(departures) / seconds
    expect(average).toBeGreaterThanOrEqual(12.6)
    expect(average).toBeLessThanOrEqual(14)
    expect(busiestSecond(departures)).toBeLessThanOrEqual(14)
  })

  it('makes the next email wait longer after one with more recipients than that', async () => {
    const delivery = { ratePerSecond: 14 }
    await departuresUnder({ engine: 'smtp', delivery }, null, [28, 1])
    expect(departures).toEqual([
      { at: 0, recipients: 28 },
      { at: 2_000, recipients: 1 },
    ])
  })

  /** What leaves within a minute of virtual time. */
  async function departuresUnder(
    settings: SavedSettings,
    told: number | null,
    sizes: readonly number[],
  ): Promise<void> {
    departures = []
    turns = 0
    const { engine } = scriptedEngine('smtp', ({ envelope }: Parcel) => {
      departures.push({ at: test.clock.now() - start, recipients: envelope.to.length })
      return { kind: 'sent' }
    })
    test = await openPostern({ settings, engines: { smtp: { ...engine, rate: async () => told } } })
    const start = test.clock.now()
    for (const [i, size] of sizes.entries()) await put(i, size)
    startWork()
    await pass(seconds * 1_000)
  }

  async function put(i: number, size: number) {
    const to = Array.from({ length: size }, (_, n) => ({ address: `r${n}@d${i % 7}.test` }))
    const caller = { owner: 'local', project: 'default', scope: '*', capture: false }
    expect(await accept(test.postern, asking(emailRequest({ to })), caller)).toMatchObject({
      kind: 'accepted',
    })
  }

  function startWork() {
    const { backend, clock } = test
    const postern = { ...test.postern, pace: { take } }
    worker = startWorker({
      queue: backend.queue,
      deliver: (job, stop) => deliver(postern, job, stop),
      clock,
      onError: (error) => {
        throw error as Error
      },
    })
  }

  const take: Pace['take'] = async (...asked) => {
    await test.postern.pace.take(...asked)
    turns += 1
  }

  /** In small steps, each only when all that the last one set off has been done. */
  async function pass(ms: number) {
    await idle()
    for (let gone = 0; gone < ms - 1; gone += stepMs) {
      await test.clock.advance(Math.min(stepMs, ms - 1 - gone))
      await idle()
    }
  }

  async function idle() {
    for (let quiet = 0, before = -1; quiet < 3;) {
      await new Promise((resolve) => setImmediate(resolve))
      const waiting = test.clock.waiting
      quiet = waiting === before && departures.length === turns ? quiet + 1 : 0
      before = waiting
    }
  }
})

const stepMs = 1_000 / 14 / 4

/** Emails for one to five recipients, in an order that no rule of the pace knows. */
function mixed(count: number): number[] {
  let seed = 42
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return 1 + (Math.floor(seed / 65_536) % 5)
  })
}

function sum(departures: readonly Departure[]): number {
  return departures.reduce((total, { recipients }) => total + recipients, 0)
}

/** The most in any second, wherever it begins. */
function busiestSecond(departures: readonly Departure[]): number {
  const secondFrom = ({ at: from }: Departure) =>
    departures.filter(({ at }) => at >= from && at < from + 1_000)
  return Math.max(...departures.map((one) => sum(secondFrom(one))))
}
