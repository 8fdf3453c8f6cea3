import { expect, it } from 'vitest'
import { isBulkGroup, messageGroup, noisy } from '../../../../backends/aws/queue/message-group.ts'
import { newId } from '../../../../mail/email/id.ts'

const ids = Array.from({ length: 500 }, () => newId(0))

/** What a lane may have before all its groups are noisy, as a share of all. */
function quietShare(lane: string): number {
  return noisy.share * new Set(ids.map((id) => messageGroup({ id, lane }))).size
}

it('lets bulk have its fifth and more before it is noisy, and leaves most to codes', () => {
  expect(quietShare('bulk:a.test')).toBeGreaterThan(0.2)
  expect(quietShare('a.test')).toBeGreaterThan(quietShare('bulk:a.test'))
})

it.each(['bulk:a.test', 'a.test'])('is noisy in all its groups where %s has everything', (lane) => {
  expect(quietShare(lane)).toBeLessThan(1)
})

it('is the same for bulk to any domain, and for the same job at any time', () => {
  const [id] = ids as [string]
  const all = ids.map((_, n) => messageGroup({ id, lane: `bulk:d${n}.test` }))
  expect(new Set(all).size).toBe(1)
  expect(messageGroup({ id, lane: 'a.test' })).toBe(messageGroup({ id, lane: 'a.test' }))
})

it.each([
  [messageGroup({ id: newId(0), lane: 'bulk:a.test' }), true],
  // As the version before named it.
  ['bulk', true],
  [messageGroup({ id: newId(0), lane: 'bulk.test' }), false],
  ['a.test', false],
  // What a direct producer puts has none.
  [undefined, false],
])('knows of the group %s whether it is of bulk', (group, isBulk) => {
  expect(isBulkGroup(group)).toBe(isBulk)
})
