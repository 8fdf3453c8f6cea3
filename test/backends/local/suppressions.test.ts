import { expect, it } from 'vitest'
import { localBackend } from '../../../backends/local/index.ts'
import { dayMs } from '../../../mail/email/time.ts'
import { testSuppressions } from '../../conformance/suppressions.ts'
import { virtualClock } from '../../virtual-clock.ts'
import { keeping, temporaryBackend, temporaryDirectory } from './temporary.ts'

testSuppressions('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { suppressions: backend.suppressions, close }
})

it('forgets the history of what was removed after a year, and nothing that suppresses', async () => {
  const { backend, clock, close } = temporaryBackend()
  const { suppressions } = backend
  const [gone, kept] = ['ann@there.test', 'bob@there.test'].map((address) => ({
    project: 'default',
    address,
  }))
  const at = clock.now()
  for (const place of [gone!, kept!])
    await suppressions.add(place, { reason: 'manual', at, by: 'me' })
  await suppressions.remove(gone!, { at, by: 'me' })
  expect(await backend.sweep(at + 365 * dayMs, keeping(0))).toMatchObject({ suppressions: 0 })
  expect(await suppressions.history(gone!)).toHaveLength(2)
  expect(await backend.sweep(at + 3_000 * dayMs, keeping(0))).toMatchObject({ suppressions: 1 })
  expect(await suppressions.history(gone!)).toEqual([])
  expect(await suppressions.find({ project: 'default', addresses: [kept!.address] })).toHaveLength(
    1,
  )
  close()
})

it('finds what was added before a start, before the first question and after it', async () => {
  const { path, remove } = temporaryDirectory()
  const clock = virtualClock()
  const places = ['old', 'new', 'newest'].map((name) => ({
    project: 'default',
    address: `${name}@there.test`,
  }))
  const cause = { reason: 'manual', at: clock.now(), by: 'me' } as const
  const addresses = places.map(({ address }) => address.toUpperCase())
  const before = localBackend(path, { clock })
  await before.suppressions.add(places[0]!, cause)
  before.close()
  const backend = localBackend(path, { clock })
  const { suppressions } = backend
  const found = async () => (await suppressions.find({ project: 'default', addresses })).length
  await suppressions.add(places[1]!, cause)
  expect(await found()).toBe(2)
  await suppressions.add(places[2]!, cause)
  expect(await found()).toBe(3)
  await suppressions.remove(places[0]!, { at: clock.now(), by: 'me' })
  expect(await found()).toBe(2)
  await suppressions.add(places[0]!, cause)
  expect(await found()).toBe(3)
  backend.close()
  remove()
})
