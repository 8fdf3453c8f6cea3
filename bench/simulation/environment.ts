import type { SQSRecord } from 'aws-lambda'
import { admission } from '../../functions/send/admission.ts'
import { handleBatch } from '../../functions/send/batch.ts'
import { sharedPace } from '../../functions/send/shared-pace.ts'
import { compose } from '../../mail/compose/compose.ts'
import { deliver } from '../../mail/deliver/deliver.ts'
import { fleet } from '../../mail/deliver/fleet.ts'
import type { Emails } from '../../mail/ports/emails.ts'
import type { Engine } from '../../mail/ports/engine.ts'
import type { SettingsStore } from '../../mail/ports/settings-store.ts'
import type { Standing } from '../../mail/ports/standing.ts'
import type { Guardian } from '../../mail/ports/guardian.ts'
import type { Suppressions } from '../../mail/ports/suppressions.ts'
import type { Webhooks } from '../../mail/ports/webhooks.ts'
import type { Postern } from '../../mail/ports/postern.ts'
import { settingsInForce } from '../../mail/configure/in-force.ts'
import { room } from '../../mail/room.ts'
import type { Calls } from './calls.ts'
import { memoryBlobs } from './memory-blobs.ts'
import type { Message, SimulatedSqs } from './simulated-sqs.ts'
import { spread } from './simulated-ses.ts'
import type { World } from './world.ts'

/** One environment of the send function: what lives as long as the process does. */
export interface Environment {
  /** Deals with a batch as the real function does; those that are done with. */
  invoke(batch: readonly Message[]): Promise<Message[]>
  /** Dies: nothing it was waiting for ever comes back. */
  crash(): void
}

/** What all environments share. */
export interface Cloud {
  readonly world: World
  readonly sqs: SimulatedSqs
  readonly engine: Engine
  readonly emails: Emails
  readonly standing: Standing
  readonly calls: Calls
  readonly senders: number
  /** When the function is cut off. */
  readonly invocationSeconds: number
  readonly random: () => number
}

/** Milliseconds of a call in the same region, the middle one. */
const latencyMs = { dynamo: 6, sqs: 10, ssm: 20 }

export function startEnvironment(cloud: Cloud): Environment {
  const { world, sqs, engine, emails, standing, calls, senders, random } = cloud
  const { clock } = world
  let isDead = false

  /** The time a call takes; a dead process hears no answer. */
  async function call<T>(name: keyof Calls, ms: number, work: () => Promise<T>): Promise<T> {
    calls[name] += 1
    await alive(world.sleep(ms * spread(random)))
    return alive(work())
  }

  async function alive<T>(promise: Promise<T>): Promise<T> {
    const value = await promise
    return isDead ? new Promise<T>(() => undefined) : value
  }

  const postern = {
    clock,
    emails: {
      ...emails,
      claim: (...words: Parameters<Emails['claim']>) =>
        call('writes', latencyMs.dynamo, () => emails.claim(...words)),
      renew: (...words: Parameters<Emails['renew']>) =>
        call('writes', latencyMs.dynamo, () => emails.renew(...words)),
      settle: (...words: Parameters<Emails['settle']>) =>
        call('writes', latencyMs.dynamo, () => emails.settle(...words)),
    },
    standing: {
      ...standing,
      read: (name: string) => call('reads', latencyMs.dynamo, () => standing.read(name)),
    },
    blobs: memoryBlobs(),
    queue: sqs.queue,
    inForce: settingsInForce({
      store: {
        read: () => call('settings', latencyMs.ssm, async () => noneSaved),
      } as SettingsStore,
      clock,
      defaults: { engine: 'ses', from: { address: 'no-reply@example.com' } },
    }),
    fleet: fleet({
      open: async () => ({
        ...engine,
        send: (...words: Parameters<Engine['send']>) => alive(engine.send(...words)),
      }),
      store: { readSecrets: async () => ({}) } as unknown as SettingsStore,
      captures: undefined as never,
      clock,
    }),
    suppressions: {
      find: () => call('reads', latencyMs.dynamo, async () => []),
    } as Partial<Suppressions> as Suppressions,
    webhooks: { known: async () => [] } as Partial<Webhooks> as Webhooks,
    // Nothing comes back from here: no sender is ever held.
    guardian: {
      note: () => undefined,
      look: async () => undefined,
      watched: () => [],
      holdOf: () => undefined,
    } as Partial<Guardian> as Guardian,
    room: room(Infinity),
    pace: sharedPace(clock, senders),
    compose,
    random: Math.random,
    // Deliver asks none of the other ports for an email like these.
  } as Partial<Postern> as Postern

  const admit = admission(clock)
  return {
    async invoke(batch) {
      const Records = batch.map(({ sentAt, turn, group }, n) => ({
        receiptHandle: String(n),
        attributes: {
          SentTimestamp: String(sentAt),
          ApproximateReceiveCount: String(turn),
          MessageGroupId: group,
        },
        messageAttributes: {},
      })) as unknown as SQSRecord[]
      const results = await handleBatch(
        { Records },
        {
          handle({ receiptHandle }, stop) {
            const { job } = batch[Number(receiptHandle)]!
            return stop.within(job, (own) => deliver(postern, job, own))
          },
          defer: (receiptHandle, seconds) =>
            call('deferrals', latencyMs.sqs, async () =>
              sqs.hide(batch[Number(receiptHandle)]!, seconds * 1_000),
            ),
          bury: async () => undefined,
          admitted: admit(Records),
          clock,
          remainingMs: cloud.invocationSeconds * 1_000,
          onDeferred: () => undefined,
          // A fault of ours, which must not pass for an email that comes again.
          onError: (error) =>
            queueMicrotask(() => {
              throw error
            }),
        },
      )
      return alive(Promise.resolve(batch.filter((_, n) => results[n]!.status === 'fulfilled')))
    },
    crash: () => void (isDead = true),
  }
}

const noneSaved = { settings: undefined, version: '0' }
