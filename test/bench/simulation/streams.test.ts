import { expect, it } from 'vitest'
import { simulateStreams } from '../../../bench/simulation/streams.ts'

/* The short form of `npm run simulation -- --streams`. */

const behind = { bulk: 1_000_000, perSecond: 14, senders: 5, seed: 1, domains: 1 }

it.each([1, 1_000])(
  'in AWS a code leaves within two seconds, with a million bulk emails to %d domains before it',
  async (domains) => {
    const result = await simulateStreams({ ...behind, domains, codesPerSecond: 0.5, seconds: 60 })
    expect(result.codes).toBeGreaterThan(20)
    expect(result.most).toBeLessThan(2)
    expect(result.used).toBeGreaterThanOrEqual(0.95)
  },
)

it.each([2, 5])(
  'in AWS, with %d senders, bulk has a fifth while codes flood, and codes the rest',
  async (senders) => {
    const flood = { ...behind, senders, codesPerSecond: 28, seconds: 120 }
    const { bulkShare, used } = await simulateStreams(flood)
    // Two minutes are 1,600 emails; how long what goes back is hidden is left to chance.
    expect(bulkShare).toBeGreaterThan(0.16)
    expect(bulkShare).toBeLessThan(0.28)
    expect(used).toBeGreaterThanOrEqual(0.95)
  },
)

it.each([
  ['bulk', { codesPerSecond: 0 }],
  ['codes', { codesPerSecond: 28, bulk: 0 }],
])('in AWS %s alone have the rate', async (_, change) => {
  const result = await simulateStreams({ ...behind, ...change, seconds: 120 })
  expect(result.used).toBeGreaterThanOrEqual(0.95)
})
