import { expect, it } from 'vitest'
import { aJob, testQueue } from '../../conformance/queue.ts'
import { anEmail } from '../../conformance/email-samples.ts'
import { temporaryBackend } from './temporary.ts'

testQueue('SQLite', async () => {
  const { backend, clock, close } = temporaryBackend()
  const { queue } = backend
  return {
    queue,
    clock,
    receive: async () =>
      queue.take(Infinity, Infinity).map((job) => ({
        job,
        acknowledge: () => queue.acknowledge(job),
        defer: (seconds: number) => queue.defer(job, clock.now() + seconds * 1_000),
      })),
    pass: (ms) => clock.advance(ms),
    close,
  }
})

it('gives no job the place of one that was removed, and which may still be known as taken', async () => {
  const { backend, close } = temporaryBackend()
  const { queue } = backend
  const seqs: number[] = []
  for (let time = 0; time < 3; time++) {
    await queue.put([aJob()])
    const [job] = queue.take(1, 1)
    seqs.push(job!.seq)
    await queue.acknowledge(job!)
  }
  expect(seqs).toEqual([1, 2, 3])
  close()
})

it('tells how long an email has waited that is tried again later', async () => {
  const { backend, clock, close } = temporaryBackend()
  const { queue, intake, emails } = backend
  const now = clock.now()
  const content = { kind: 'structured', text: 'hello', headers: {}, attachments: [] } as const
  await intake.put([{ email: anEmail({ dueAt: now, since: now }), content }])
  const [job] = queue.take(1, 1)
  await emails.change((await emails.get(job!.id, '*'))!, { nextAttemptAt: now + 300_000 })
  await queue.defer(job!, now + 300_000)
  await clock.advance(20_000)
  expect(await queue.depth(clock.now(), '*')).toMatchObject({ depth: 1, oldestAgeSeconds: 20 })
  close()
})

it('makes due at once what waits for an engine, and nothing that waits for its own time', async () => {
  const { backend, clock, close } = temporaryBackend()
  const { queue, intake, emails } = backend
  const now = clock.now()
  const accepted = [anEmail({ dueAt: now, since: now }), anEmail({ dueAt: now, since: now })]
  const dueAt = now + 600_000
  const scheduled = anEmail({ dueAt, since: dueAt, state: 'scheduled', scheduled: true })
  const content = { kind: 'structured', text: 'hello', headers: {}, attachments: [] } as const
  await intake.put([...accepted, scheduled].map((email) => ({ email, content })))
  const [waiting, deferred] = queue.take(10, 10)
  await emails.change((await emails.get(deferred!.id, '*'))!, { nextAttemptAt: now + 300_000 })
  for (const job of [waiting!, deferred!]) await queue.defer(job, now + 300_000)
  await clock.advance(20_000)
  expect(await queue.depth(clock.now(), '*')).toMatchObject({ depth: 2, oldestAgeSeconds: 20 })
  expect(queue.take(10, 10)).toEqual([])
  let heard = 0
  queue.listen(() => (heard += 1))
  await queue.hasten()
  expect(heard).toBe(1)
  expect(queue.take(10, 10).map(({ id }) => id)).toEqual([waiting!.id])
  close()
})
