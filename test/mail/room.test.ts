import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { room } from '../../mail/room.ts'

const MB = 1_000_000
/** Room for 100 MB, of which large contents leave an eighth free. */
const open = () => room(600 * MB)
const never = new AbortController().signal

describe('the room for contents', () => {
  it('is a sixth of the heap, and large contents leave an eighth of it free', () => {
    const one = open()
    expect(one.mostBytes).toBe(87.5 * MB)
    expect(one.enter('a', 87.5 * MB)).toBeDefined()
    expect(one.enter('b', MB)).toBeUndefined()
    for (let i = 0; i < 47; i++) expect(one.enter('b', 256 * 1024)).toBeDefined()
    expect(one.enter('b', 256 * 1024)).toBeUndefined()
  })

  it('is never more than half for one holder that has several, and leaves the rest to others', () => {
    const one = open()
    expect(one.enter('a', 40 * MB)).toBeDefined()
    expect(one.enter('a', 11 * MB)).toBeUndefined()
    expect(one.enter('a', 10 * MB)).toBeDefined()
    expect(one.enter('a', 200_000)).toBeDefined()
    expect(one.enter('b', 30 * MB)).toBeDefined()
  })

  it('is given back once', () => {
    const one = open()
    const stay = one.enter('a', 80 * MB)!
    stay.leave()
    stay.leave()
    expect(one.enter('a', 87 * MB)).toBeDefined()
    expect(one.enter('b', MB)).toBeUndefined()
  })

  it('grows for what turns out to be larger, as long as there is some', () => {
    const one = open()
    const stay = one.enter('a', 0)!
    for (let i = 0; i < 87; i++) expect(stay.more(MB)).toBe(true)
    expect(stay.more(MB)).toBe(false)
    stay.leave()
    expect(one.enter('b', 87 * MB)).toBeDefined()
  })

  it('is waited for in order, and small contents pass', async () => {
    const one = open()
    const stay = one.enter('a', 80 * MB)!
    const ends: string[] = []
    const wait = (name: string, bytes: number) =>
      one.wait('sending', bytes, never).then((found) => {
        ends.push(name)
        return found
      })
    const [first, second] = [wait('first', 60 * MB), wait('second', 30 * MB)]
    expect(await wait('small', 1_000)).toBeDefined()
    stay.leave()
    ;(await first)!.leave()
    await second
    expect(ends).toEqual(['small', 'first', 'second'])
  })

  it('is waited for by five, and by none that has to stop', async () => {
    const one = open()
    one.enter('a', 80 * MB)
    const stopping = new AbortController()
    const waiting = Array.from({ length: 5 }, () => one.wait('b', 10 * MB, stopping.signal))
    expect(await one.wait('b', 10 * MB, never)).toBeUndefined()
    stopping.abort()
    expect(await Promise.all(waiting)).toEqual(Array(5).fill(undefined))
  })

  it('has a place for what was accepted with more memory, once all else is gone', async () => {
    const one = open()
    expect(await one.wait('a', 200 * MB, never)).toBeDefined()
    expect(one.enter('b', 200 * MB)).toBeUndefined()
  })

  it('is all there again when everyone has left, whatever they took', () => {
    const step = fc.record({
      holder: fc.constantFrom('a', 'b', 'c'),
      bytes: fc.integer({ min: 0, max: 50 * MB }),
      more: fc.array(fc.integer({ min: 0, max: 20 * MB }), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const one = open()
        let used = 0
        const stays = steps.map(({ holder, bytes, more }) => {
          const stay = one.enter(holder, bytes)
          if (stay) used += bytes
          for (const added of more) if (stay?.more(added)) used += added
          return stay
        })
        expect(used).toBeLessThanOrEqual(100 * MB)
        for (const stay of stays) stay?.leave()
        expect(one.enter('d', 87.5 * MB)).toBeDefined()
      }),
    )
  })
})
