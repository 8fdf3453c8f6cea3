import { expect, it } from 'vitest'
import { parseKeep } from '../../../backends/local/keep.ts'

it.each([
  ['30d', { days: 30 }],
  ['10000', { count: 10_000 }],
  ['30d,10000', { days: 30, count: 10_000 }],
  [' 10000 , 1d ', { days: 1, count: 10_000 }],
])('reads %j', (text, keep) => {
  expect(parseKeep(text)).toEqual(keep)
})

it.each(['', '0', '0d', '-1', '1.5d', '30 d', '30d,', '30d,7d', '1,2', '1,2,3d', '30h', 'all'])(
  'refuses %j and names the rule',
  (text) => {
    expect(() => parseKeep(text)).toThrow(
      'POSTERN_KEEP must be days such as 30d, a count such as 10000, or both as 30d,10000',
    )
  },
)
