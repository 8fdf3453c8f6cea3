import { testQueue } from '../../conformance/queue.ts'
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
