import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eventHeap } from '../../../bench/simulation/heap.ts'

it('gives events by their time, and at one time in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const heap = eventHeap()
      const order: number[] = []
      times.forEach((time, n) => heap.push({ time, run: () => order.push(n) }))
      for (let event = heap.pop(); event; event = heap.pop()) event.run()
      const wanted = times.map((time, n) => ({ time, n })).sort((a, b) => a.time - b.time)
      expect(order).toEqual(wanted.map(({ n }) => n))
      expect(heap.nextTime).toBeUndefined()
    }),
  )
})
