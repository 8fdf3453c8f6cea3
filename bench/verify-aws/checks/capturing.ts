import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { capturesFor, post } from '../api.ts'
import type { Check } from '../check.ts'
import type { Deployed } from '../trial.ts'

export const firstEmail: Check = {
  name: 'staging captures what the API takes',
  expected: 'one capture within 20 s',
  needs: ['api'],
  run: async ({ staging }) => captureOfNext(staging, 'first@example.com'),
}

/** Sends one to an address that nothing was sent to before. */
export async function captureOfNext(staging: Deployed, to: string) {
  const began = Date.now()
  await post(staging, { to })
  const { length } = await capturesFor(staging, to)
  return { isOk: length === 1, seen: `${length} after ${seconds(began)} s` }
}

export const fromTheQueue: Check = {
  name: 'staging captures what a producer puts on the queue',
  expected: 'one capture within 20 s',
  needs: ['api'],
  async run({ staging, access }) {
    const email = { from: 'verify@example.com', to: 'queue@example.com', subject: 'Q', text: 'Q' }
    const QueueUrl = staging.outputs['QueueUrl']
    const command = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(email) })
    await new SQSClient(access).send(command)
    const { length } = await capturesFor(staging, 'queue@example.com')
    return { isOk: length === 1, seen: `${length}` }
  },
}

const many = 10

export const tenWaits: Check = {
  name: 'ten tests wait at once, each for its own email',
  expected: 'ten captures, though a new account runs ten functions at a time',
  needs: ['api'],
  async run({ staging }) {
    const began = Date.now()
    const addresses = Array.from({ length: many }, (_, n) => `wait-${n}@example.com`)
    const waits = addresses.map((to) => capturesFor(staging, to))
    await Promise.all(addresses.map((to) => post(staging, { to })))
    const found = (await Promise.all(waits)).filter(({ length }) => length === 1).length
    return { isOk: found === many, seen: `${found} after ${seconds(began)} s` }
  },
}

function seconds(began: number): string {
  return ((Date.now() - began) / 1_000).toFixed(1)
}
