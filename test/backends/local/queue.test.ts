import { expect, it } from 'vitest'
import { aJob, testQueue } from '../../conformance/queue.ts'
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
