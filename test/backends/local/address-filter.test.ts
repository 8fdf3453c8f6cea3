import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addressFilter } from '../../../backends/local/address-filter.ts'

it('has whatever was added', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (added) => {
      const filter = addressFilter()
      for (const key of added) filter.add(key)
      expect(added.every(filter.mayHave)).toBe(true)
    }),
  )
})

it('with 100,000 takes fewer than one other in 500 for one of them', () => {
  const filter = addressFilter()
  for (let n = 0; n < 100_000; n++) filter.add(`in-${n}@example.com`)
  const others = Array.from({ length: 10_000 }, (_, n) => `out-${n}@example.com`)
  expect(others.filter(filter.mayHave).length).toBeLessThan(20)
})
