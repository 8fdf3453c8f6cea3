import { expect, it } from 'vitest'
import { failureLimit } from '../../../api/access/failure-limit.ts'
import { virtualClock } from '../../virtual-clock.ts'

it('remembers ten thousand peers, and forgets those that failed longest ago', () => {
  const limit = failureLimit(virtualClock())
  const failAgain = (peer: string) => Array.from({ length: 11 }, () => limit.fail(peer)).at(-1)
  expect([failAgain('first'), failAgain('second')]).toEqual([1, 1])
  for (let i = 0; i < 9_998; i++) expect(limit.fail(`${i}`)).toBe(0)
  expect([limit.fail('first'), limit.fail('second')]).toEqual([1, 1])
  expect(limit.fail('one more')).toBe(0)
  expect([limit.fail('second'), limit.fail('first')]).toEqual([1, 0])
})
