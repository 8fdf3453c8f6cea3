import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import type { Check } from '../check.ts'
import { ownTag, queueNames } from '../options.ts'
import type { Access } from '../trial.ts'
import { until } from '../until.ts'

/** From this many receives on SQS leaves a message out of its age, as its guide says. */
const receives = 4

/** CloudWatch learns of a new queue after up to 15 minutes, of an age after a few more. */
const patience = { longest: 25 * 60_000, every: 60_000 }

export const oldestAge: Check = {
  name: 'SQS leaves what was received often out of the age of its queue',
  expected: 'the age is less than a minute, though the message is older: hence the alarm Deferred',
  needs: ['aws'],
  when: 'aside',
  async run({ name, access }) {
    const QueueName = queueNames(name).age
    const sqs = new SQSClient(access)
    const made = await sqs.send(new CreateQueueCommand({ QueueName, tags: { [ownTag]: name } }))
    const QueueUrl = made.QueueUrl!
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'old' }))
      for (let count = 0; count < receives; count++) await receive(sqs, QueueUrl)
      const age = await until(() => ageOf(QueueName, access), patience)
      return { isOk: age !== undefined && age < 60, seen: `${age ?? 'no'} s in CloudWatch` }
    } finally {
      await sqs.send(new DeleteQueueCommand({ QueueUrl }))
    }
  },
}

/** Receives it and lets it be seen again at once. */
async function receive(sqs: SQSClient, QueueUrl: string): Promise<void> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }),
  )
  for (const { ReceiptHandle } of Messages)
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    )
}

/** Of the last minutes, in seconds; undefined while CloudWatch knows of no minute that is old enough. */
async function ageOf(queue: string, access: Access): Promise<number | undefined> {
  const { Datapoints = [] } = await new CloudWatchClient(access).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: queue }],
      StartTime: new Date(Date.now() - 5 * 60_000),
      EndTime: new Date(),
      Period: 60,
      Statistics: ['Maximum'],
    }),
  )
  const values = Datapoints.map(({ Maximum = 0 }) => Maximum)
  // A few minutes of it: the first may be from before the last receive.
  return values.length >= 4 ? Math.min(...values) : undefined
}
