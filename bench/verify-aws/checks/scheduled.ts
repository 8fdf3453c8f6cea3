import { ask, capturesFor, post } from '../api.ts'
import type { Check } from '../check.ts'
import { until } from '../until.ts'

/** Just later than a queue can delay it, so EventBridge Scheduler has to, in milliseconds. */
const aheadMs = 16 * 60_000

const to = 'later@example.com'

export const scheduled: Check = {
  name: 'EventBridge Scheduler puts an email that is due later on the queue',
  expected: 'captured within two minutes of its time, 16 minutes ahead',
  needs: ['aws', 'api'],
  when: 'aside',
  async run({ staging }) {
    const dueAt = Date.now() + aheadMs
    const id = await post(staging, { to, scheduled_at: new Date(dueAt).toISOString() })
    // Other checks have the API refuse for a while.
    const found = () => capturesFor(staging, to).catch(() => [])
    const look = async () => ((await found()).length > 0 ? Date.now() : undefined)
    const at = await until(look, { longest: aheadMs + 120_000, every: 5_000 })
    if (at !== undefined)
      return { isOk: at >= dueAt, seen: `${Math.round((at - dueAt) / 1_000)} s after its time` }
    const { body } = await ask(staging, 'GET', `/v1/emails/${id}`)
    return { isOk: false, seen: `it is ${String(body['state'])}` }
  },
}
