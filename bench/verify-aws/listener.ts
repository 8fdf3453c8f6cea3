import {
  CreateConfigurationSetEventDestinationCommand,
  SESv2Client,
  type EventType,
} from '@aws-sdk/client-sesv2'
import { eventQueue, type EventQueue } from './event-queue.ts'
import { resourceOf } from './stacks.ts'
import type { Trial } from './trial.ts'
import { until } from './until.ts'

/** An event as SES publishes it. */
export interface SesEvent {
  readonly eventType: string
  readonly mail: {
    readonly destination: readonly string[]
    readonly source: string
    readonly tags: Readonly<Record<string, readonly string[]>>
    readonly commonHeaders: Readonly<Record<string, unknown>>
  }
}

/** Hears what SES says of the emails of one run. */
export interface Listener {
  /** The events of an email: once all of these types have come, at the latest after three minutes. */
  eventsOf(emailId: string, types: readonly string[]): Promise<readonly SesEvent[]>
}

const listeners = new WeakMap<Trial, Promise<Listener>>()

/** That of the trial, made when it is first asked for. */
export function listenerOf(trial: Trial): Promise<Listener> {
  const known = listeners.get(trial) ?? listen(trial)
  listeners.set(trial, known)
  return known
}

async function listen(trial: Trial): Promise<Listener> {
  const queue = await eventQueue(trial.name, trial.access)
  await publish(trial, queue)
  const events: SesEvent[] = []
  return {
    async eventsOf(emailId, types) {
      const ours = () => events.filter(({ mail }) => mail.tags['postern_id']?.[0] === emailId)
      const isWhole = () => types.every((type) => ours().some((one) => one.eventType === type))
      const look = async () => {
        events.push(...((await queue.receive()) as SesEvent[]))
        return isWhole() || undefined
      }
      await until(look, { longest: 180_000, every: 0 })
      return ours()
    },
  }
}

const heard: EventType[] = ['SEND', 'DELIVERY', 'DELIVERY_DELAY', 'BOUNCE', 'COMPLAINT', 'REJECT']

/** Goes with the configuration set, which is the stack's. */
async function publish({ access, production }: Trial, { topicArn }: EventQueue): Promise<void> {
  const set = await resourceOf(production.stack, 'AWS::SES::ConfigurationSet', access)
  await new SESv2Client(access).send(
    new CreateConfigurationSetEventDestinationCommand({
      ConfigurationSetName: set,
      EventDestinationName: 'verify',
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: heard,
        SnsDestination: { TopicArn: topicArn },
      },
    }),
  )
}
