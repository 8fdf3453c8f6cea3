import { expect, it } from 'vitest'
import { messageGroups, noisy } from '../../../../backends/aws/queue/message-group.ts'
import { newId } from '../../../../mail/email/id.ts'

const ids = Array.from({ length: 500 }, () => newId(0))

/** What a stream may have in flight before all its groups are noisy, as a share of all. */
function quietShare(atOnce: number, lane: string): number {
  const groupOf = messageGroups(atOnce)
  const groups = new Set(ids.map((id) => groupOf({ id, lane })))
  return (groups.size * Math.max(noisy.least, noisy.share * atOnce)) / atOnce
}

it.each([40, 50, 100, 150, 200, 250, 300, 500, 1_000])(
  'of %d in flight bulk has its fifth before it is noisy, and leaves the rest to a flood of codes',
  (atOnce) => {
    expect(quietShare(atOnce, 'bulk:a.test')).toBeGreaterThanOrEqual(0.2)
    const codes = quietShare(atOnce, 'a.test')
    expect(codes).toBeGreaterThanOrEqual(Math.min(0.5, noisy.least / atOnce))
    expect(codes).toBeLessThanOrEqual(Math.max(0.81, noisy.least / atOnce))
  },
)

it('is the same for bulk to any domain, and for the same job at any time', () => {
  const groupOf = messageGroups(50)
  const all = ids.map((id, n) => groupOf({ id, lane: `bulk:d${n}.test` }))
  expect(new Set(all)).toEqual(new Set(['bulk']))
  const job = { id: ids[0]!, lane: 'a.test' }
  expect(messageGroups(500)(job)).toBe(messageGroups(500)(job))
})
