import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { EmailState } from '../../../mail/email/states.ts'
import { engineNames } from '../../../mail/email/engine-name.ts'
import { allProjects, type Scope } from '../../../mail/email/project.ts'
import type { Queue, QueueDepth } from '../../../mail/ports/queue.ts'
import type { Standing } from '../../../mail/ports/standing.ts'
import { blockedSince } from '../../../mail/retry.ts'
import type { Place } from '../env.ts'

type Depth = Queue['depth']

interface DepthParts {
  readonly sqs: () => SQSClient
  readonly cloudWatch: () => Promise<CloudWatchClient>
  readonly place: Place
  /** How many emails are in one of the states that few are in. */
  readonly countIn: (state: EmailState, scope: Scope) => Promise<number>
  /** How many dead letters a project has. */
  readonly lettersIn: (scope: Scope) => Promise<number>
  readonly standing: Pick<Standing, 'read'>
}

/**
 * How much waits. SQS does not tell a message that is being sent from one that was deferred: both
 * are in flight, and count here as waiting.
 */
export function queueDepth({ countIn, lettersIn, ...parts }: DepthParts): Depth {
  const { sqs, cloudWatch, place, standing } = parts

  /** SQS does not tell whose its messages are. */
  async function depthOf(scope: Scope): Promise<QueueDepth> {
    const [scheduled, held, deadLetters] = await Promise.all([
      countIn('scheduled', scope),
      countIn('held', scope),
      lettersIn(scope),
    ])
    return { depth: null, sending: null, scheduled, held, deadLetters, oldestAgeSeconds: null }
  }

  return async (now, scope) => {
    if (scope !== allProjects) return depthOf(scope)
    const [queue, dead, scheduled, held, told, blocked] = await Promise.all([
      countsOf(sqs(), place.queueUrl),
      countsOf(sqs(), place.deadLetterQueueUrl),
      countIn('scheduled', scope),
      countIn('held', scope),
      oldestAge(cloudWatch, place, now),
      longestBlocked(standing, now),
    ])
    const waiting = queue.visible + queue.inFlight
    return {
      depth: waiting,
      sending: 0,
      // Those due within 15 minutes are in both counts.
      scheduled: Math.max(scheduled, queue.delayed),
      held,
      deadLetters: dead.visible + dead.inFlight + dead.delayed,
      oldestAgeSeconds: Math.max(told, waiting > 0 ? blocked : 0),
    }
  }
}

interface Counts {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

async function countsOf(sqs: SQSClient, QueueUrl: string): Promise<Counts> {
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  })
  const { Attributes = {} } = await sqs.send(command)
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages']),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed']),
  }
}

/**
 * For how many seconds an engine has been blocked: something has waited as long. SQS leaves out of
 * its oldest age what it has shown three times.
 */
async function longestBlocked({ read }: DepthParts['standing'], now: number): Promise<number> {
  const standings = await Promise.all(engineNames.map((name) => read(name)))
  const ages = standings.map((one) => now - (blockedSince(one) ?? now))
  return Math.max(0, ...ages) / 1_000
}

/** SQS tells the age of its oldest message only to CloudWatch, once a minute. */
async function oldestAge(
  cloudWatch: DepthParts['cloudWatch'],
  { queueUrl }: Place,
  now: number,
): Promise<number> {
  const { GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch')
  const command = new GetMetricStatisticsCommand({
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: [{ Name: 'QueueName', Value: queueUrl.split('/').at(-1) }],
    StartTime: new Date(now - 300_000),
    EndTime: new Date(now + 60_000),
    Period: 60,
    Statistics: ['Maximum'],
  })
  const { Datapoints = [] } = await (await cloudWatch()).send(command)
  const time = (point: { Timestamp?: Date }) => point.Timestamp?.getTime() ?? 0
  return Datapoints.sort((a, b) => time(b) - time(a))[0]?.Maximum ?? 0
}
