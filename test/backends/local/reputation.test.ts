import { expect, it, onTestFinished } from 'vitest'
import { dayMs } from '../../../mail/email/time.ts'
import { testReputation } from '../../conformance/reputation.ts'
import { keeping, temporaryBackend } from './temporary.ts'

testReputation('SQLite', async () => {
  const { backend, close } = temporaryBackend()
  return { reputation: backend.reputation, close }
})

it('hours of senders are forgotten once no window reaches them, and watches after a month', async () => {
  const { backend, clock, close } = temporaryBackend()
  onTestFinished(close)
  const { reputation } = backend
  const now = clock.now()
  const sender = { project: 'default', domain: 'own.test' }
  for (const days of [0, 7, 9])
    await reputation.add([{ ...sender, at: now - days * dayMs, sent: 1 }])
  await reputation.watch(
    { ...sender, level: 'held', since: now - 31 * dayMs, reason: '' },
    undefined,
  )
  await backend.sweep(now, keeping(0))
  expect(await reputation.read('*', 0)).toHaveLength(2)
  expect(await reputation.watches('*')).toEqual([])
})
