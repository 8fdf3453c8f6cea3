import {
  CreateTopicCommand,
  DeleteTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs'
import { ownTag, queueNames } from './options.ts'
import type { Access } from './trial.ts'

/** A topic, and a queue that gets what is published there. */
export interface EventQueue {
  readonly topicArn: string
  /** What has come, waited for a few seconds, each once. */
  receive(): Promise<unknown[]>
}

export async function eventQueue(name: string, access: Access): Promise<EventQueue> {
  const [sns, sqs] = [new SNSClient(access), new SQSClient(access)]
  const { events } = queueNames(name)
  const topic = { Name: events, Tags: [{ Key: ownTag, Value: name }] }
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand(topic))
  const Endpoint = TopicArn.replace(':sns:', ':sqs:')
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: events,
      Attributes: { Policy: policyOf(TopicArn, Endpoint) },
      tags: { [ownTag]: name },
    }),
  )
  const Attributes = { RawMessageDelivery: 'true' }
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }))
  return { topicArn: TopicArn, receive: () => receive(sqs, QueueUrl) }
}

/** Lets the topic put, and nothing else. */
function policyOf(topicArn: string, queueArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  })
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<unknown[]> {
  const asked = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked))
  const take = async ({ Body, ReceiptHandle }: Message) => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    return JSON.parse(Body!) as unknown
  }
  return Promise.all(Messages.map(take))
}

/**
 * Removes the topic and all queues of a run. What is not there is removed already.
 *
 * @param account where the topic is, for its ARN
 */
export async function removeQueues(name: string, account: string, access: Access): Promise<void> {
  const [sns, sqs] = [new SNSClient(access), new SQSClient(access)]
  const names = queueNames(name)
  const TopicArn = `arn:${partitionOf(access)}:sns:${access.region}:${account}:${names.events}`
  await sns.send(new DeleteTopicCommand({ TopicArn }))
  for (const QueueName of Object.values(names)) await removeQueue(QueueName, sqs)
}

async function removeQueue(QueueName: string, sqs: SQSClient): Promise<void> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
    await sqs.send(new DeleteQueueCommand({ QueueUrl }))
  } catch (error) {
    if (!/NonExistentQueue|QueueDoesNotExist/.test((error as Error).name)) throw error
  }
}

function partitionOf({ region }: Access): string {
  return region.startsWith('cn-') ? 'aws-cn' : 'aws'
}
