import { deliver } from '../../../mail/deliver/deliver.ts'
import type { OpenApi } from '../../api/open-api.ts'

/** Captures all that waits, as the worker of a machine does. */
export async function captureAll({ postern }: OpenApi) {
  for (;;) {
    const [job] = postern.queue.take(1, 1)
    if (!job) return
    await deliver(postern, job)
    await postern.queue.acknowledge(job)
  }
}
