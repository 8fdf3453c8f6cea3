import { expect, it } from 'vitest'
import { dayMs } from '../../../mail/email/time.ts'
import { testSuppressions } from '../../conformance/suppressions.ts'
import { temporaryBackend } from './temporary.ts'

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
  expect(await backend.sweep(at + 365 * dayMs, 0)).toMatchObject({ suppressions: 0 })
  expect(await suppressions.history(gone!)).toHaveLength(2)
  expect(await backend.sweep(at + 3_000 * dayMs, 0)).toMatchObject({ suppressions: 1 })
  expect(await suppressions.history(gone!)).toEqual([])
  expect(await suppressions.find({ project: 'default', addresses: [kept!.address] })).toHaveLength(
    1,
  )
  close()
})
