import {
  GetEventSourceMappingCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, post } from '../api.ts'
import { resourceOf } from '../stacks.ts'
import type { Deployed, Trial } from '../trial.ts'
import { until } from '../until.ts'

/** Has production send with SES from the address that the person gave, whatever was saved before. */
export async function useSes(trial: Trial, change: object = {}): Promise<void> {
  const settings = { engine: 'ses', from: { address: trial.sender! }, ...change }
  await save(trial.production, settings)
}

/** A save takes effect in every environment of the send function after so many milliseconds. */
const effectMs = 16_000

async function save(production: Deployed, settings: object): Promise<void> {
  const { body } = await ask(production, 'GET', '/v1/settings')
  const { saved, version } = body as { saved: object; version: string }
  if (JSON.stringify(saved) === JSON.stringify(settings)) return
  const answer = await ask(production, 'PUT', '/v1/settings', { settings, version })
  if (answer.status !== 200) throw new Error(`PUT /v1/settings: ${JSON.stringify(answer.body)}`)
  await pause(effectMs)
}

/** Sends from the address that the person gave. @returns the id of the email */
export async function send({ production, sender }: Trial, email: object): Promise<string> {
  return post(production, { from: sender, ...email })
}

/** Has the queue collect meanwhile, so that the send function gets it all in one batch. */
export async function whilePaused<T>({ production, access }: Trial, work: () => Promise<T>) {
  const lambda = new LambdaClient(access)
  const UUID = await resourceOf(production.stack, 'AWS::Lambda::EventSourceMapping', access)
  await enable(lambda, UUID, false)
  try {
    return await work()
  } finally {
    await enable(lambda, UUID, true)
  }
}

async function enable(lambda: LambdaClient, UUID: string, Enabled: boolean): Promise<void> {
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
  const wanted = Enabled ? 'Enabled' : 'Disabled'
  const look = async () => {
    const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }))
    return State === wanted || undefined
  }
  const done = await until(look, { longest: 300_000, every: 5_000 })
  if (!done) throw new Error(`the queue's mapping did not become ${wanted}`)
}
