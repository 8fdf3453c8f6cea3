import { expect, it } from 'vitest'
import { contentBudget, room } from '../../functions/send/room.ts'

const never = new AbortController().signal

/** Work that ends when it is told to, by its name. */
function works() {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name)
      ends.set(name, () => resolve(name))
    })
  return { begun, work, end: async (name: string) => (ends.get(name)!(), await settled()) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

it('lets in what fits, and the next as soon as there is room', async () => {
  const { begun, work, end } = works()
  const contents = room(100)
  const all = [60, 60, 30].map((bytes, n) => contents.within(bytes, never, work(`${n}`)))
  await settled()
  expect(begun).toEqual(['0', '2'])
  await end('0')
  expect(begun).toEqual(['0', '2', '1'])
  await Promise.all([end('2'), end('1')])
  expect(await Promise.all(all)).toEqual(['0', '1', '2'])
})

it('lets one in that is larger than all the room, but alone', async () => {
  const { begun, work, end } = works()
  const contents = room(100)
  for (const [n, bytes] of [10, 500, 10].entries()) void contents.within(bytes, never, work(`${n}`))
  await settled()
  expect(begun).toEqual(['0', '2'])
  await end('0')
  await end('2')
  expect(begun).toEqual(['0', '2', '1'])
})

it('does not begin what still waits when the invocation no longer begins anything', async () => {
  const { begun, work, end } = works()
  const contents = room(100)
  const stopping = new AbortController()
  void contents.within(100, stopping.signal, work('first'))
  const second = contents.within(1, stopping.signal, work('second'))
  await settled()
  stopping.abort()
  expect(await second).toBeUndefined()
  await end('first')
  expect(begun).toEqual(['first'])
  expect(await contents.within(1, stopping.signal, work('third'))).toBeUndefined()
})

it('has room again after work that failed', async () => {
  const contents = room(100)
  const fail = () => Promise.reject(new Error('broken'))
  await expect(contents.within(100, never, fail)).rejects.toThrow('broken')
  expect(await contents.within(100, never, async () => 'next')).toBe('next')
})

it('cleans up before a large one, which needs what earlier ones left behind', async () => {
  let cleaned = 0
  const contents = room(1e9, async () => void (cleaned += 1))
  for (const bytes of [1_000, 3_999_999, 4_000_000, 38_000_000])
    await contents.within(bytes, never, async () => undefined)
  expect(cleaned).toBe(2)
})

it('grows with the memory of the function, and always has some', () => {
  expect(contentBudget(512)).toBeGreaterThan(40_000_000)
  expect(contentBudget(1_769) / contentBudget(512)).toBeGreaterThan(4)
  expect(contentBudget(128)).toBe(0)
})

it('leaves a part of the room to others than those who may have most of it', async () => {
  const { begun, work } = works()
  const contents = room(100)
  for (const n of [0, 1, 2]) void contents.within(40, never, work(`bulk ${n}`), 0.8)
  void contents.within(20, never, work('code'))
  await settled()
  expect(begun).toEqual(['bulk 0', 'bulk 1', 'code'])
})
