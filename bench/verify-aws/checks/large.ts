import { ask } from '../api.ts'
import type { Check } from '../check.ts'
import { simulator } from '../options.ts'
import type { Trial } from '../trial.ts'
import { until } from '../until.ts'
import { send, useSes, whilePaused } from './sending.ts'

/** The largest attachment that an email holds, in bytes, less the rest of it. */
const size = 29_000_000

export const largeBatch: Check = {
  name: 'two emails of 29 MB in one batch do not kill the send function',
  expected: 'both sent at the first attempt',
  needs: ['aws', 'api', 'sender'],
  async run(trial) {
    await useSes(trial)
    const upload = await uploaded(trial)
    const to = `success@${simulator}`
    const email = { to, attachments: [{ upload }] }
    const ids = await whilePaused(trial, () =>
      Promise.all([send(trial, email), send(trial, email)]),
    )
    const states = await Promise.all(ids.map((id) => stateOf(trial, id)))
    return { isOk: states.every((state) => state === 'sent, attempts 1'), seen: states.join('; ') }
  },
}

async function uploaded({ production }: Trial): Promise<string> {
  const { body } = await ask(production, 'POST', '/v1/uploads', { filename: 'large.bin', size })
  const { id, url, headers } = body as {
    id: string
    url: string
    headers: Record<string, string>
  }
  const answer = await fetch(url, { method: 'PUT', headers, body: Buffer.alloc(size, 'Postern ') })
  if (!answer.ok) throw new Error(`PUT of the upload: ${answer.status} ${await answer.text()}`)
  return id
}

/** Once it is no longer on its way. */
async function stateOf({ production }: Trial, id: string): Promise<string> {
  const look = async () => {
    const { body } = await ask(production, 'GET', `/v1/emails/${id}`)
    const state = String(body['state'])
    const words = `${state}, attempts ${String(body['attempts'])}`
    return state === 'queued' || state === 'sending' ? undefined : words
  }
  return (await until(look, { longest: 600_000, every: 5_000 })) ?? 'not settled in ten minutes'
}
