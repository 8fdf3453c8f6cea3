import {
  CreateTableCommand,
  DynamoDBClient,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { AwsAccess } from '../../../backends/aws/clients.ts'
import { tableShape, type Place } from '../../../backends/aws/env.ts'
import { awsBackend, type AwsBackend } from '../../../backends/aws/index.ts'
import { startAwsFront, type AwsFront } from '../../remote/aws-front.ts'
import { fakeScheduler, type FakeScheduler } from '../../remote/fake-scheduler.ts'
import { fakeSqs, type FakeSqs, type FakeSqsOptions } from '../../remote/fake-sqs.ts'
import { virtualClock, type VirtualClock } from '../../virtual-clock.ts'

/** A place with a queue and schedules in virtual time, and faults on the way to it. */
export interface VirtualAws {
  readonly backend: AwsBackend
  readonly place: Place
  readonly clock: VirtualClock
  readonly sqs: FakeSqs
  readonly scheduler: FakeScheduler
  readonly front: AwsFront
  /** Another process on the same place. */
  readonly another: () => AwsBackend
  /** Lets time pass, firing what is scheduled. */
  readonly pass: (ms: number) => Promise<void>
  readonly close: () => Promise<void>
}

export function accessTo(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'never-told/aws/secret' },
  }
}

export async function openVirtual(endpoint: string, options?: FakeSqsOptions): Promise<VirtualAws> {
  const place = await makePlace(accessTo(endpoint))
  const clock = virtualClock()
  const sqs = fakeSqs(clock, options)
  const scheduler = fakeScheduler(clock, sqs)
  const front = await startAwsFront(endpoint, [sqs.service, scheduler.service])
  const opened: AwsBackend[] = []
  const another = () => {
    const backend = awsBackend(place, { clock, ...accessTo(front.endpoint) })
    opened.push(backend)
    return backend
  }
  return {
    ...{ backend: another(), place, clock, sqs, scheduler, front, another },
    async pass(ms) {
      await clock.advance(ms)
      scheduler.fire()
    },
    async close() {
      opened.forEach((backend) => backend.close())
      await front.close()
    },
  }
}

let made = 0

/** A table, two queues and a bucket of its own. */
export async function makePlace(access: AwsAccess): Promise<Place> {
  const name = `postern-${process.pid}-${(made += 1)}`
  const sqs = new SQSClient(access)
  const [
    queueUrl,
    deadLetterQueueUrl,
    feedbackQueueUrl,
    feedbackDeadLetterQueueUrl,
    notifyQueueUrl,
  ] = await Promise.all(
    [name, `${name}-dead`, `${name}-feedback`, `${name}-feedback-dead`, `${name}-notify`].map(
      async (QueueName) => {
        const Attributes = { MaximumMessageSize: '1048576' }
        return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!
      },
    ),
  )
  await makeTable(access, name)
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  for (const client of [sqs, s3]) client.destroy()
  return {
    ...aPlace(name),
    queueUrl: queueUrl!,
    deadLetterQueueUrl: deadLetterQueueUrl!,
    feedbackQueueUrl: feedbackQueueUrl!,
    feedbackDeadLetterQueueUrl: feedbackDeadLetterQueueUrl!,
    notifyQueueUrl: notifyQueueUrl!,
  }
}

/** Names of what may be there. */
export function aPlace(name: string): Place {
  return {
    stage: 'test',
    tableName: name,
    queueUrl: `http://sqs.test/123456789012/${name}`,
    queueArn: `arn:aws:sqs:us-east-1:123456789012:${name}`,
    deadLetterQueueUrl: `http://sqs.test/123456789012/${name}-dead`,
    deadLetterQueueArn: `arn:aws:sqs:us-east-1:123456789012:${name}-dead`,
    feedbackQueueUrl: `http://sqs.test/123456789012/${name}-feedback`,
    feedbackDeadLetterQueueUrl: `http://sqs.test/123456789012/${name}-feedback-dead`,
    notifyQueueUrl: `http://sqs.test/123456789012/${name}-notify`,
    privateWebhooks: 'off',
    bucketName: name,
    settingsParameter: `/postern/${name}/settings`,
    secretsPath: `/postern/${name}/secrets`,
    secretsKeyId: 'alias/aws/ssm',
    scheduleGroup: 'default',
    scheduleRoleArn: 'arn:aws:iam::123456789012:role/schedule',
    sendFunctionName: `${name}-send`,
    metricsNamespace: name,
    defaults: {},
    locks: {},
    senders: 1,
    keepDays: 30,
  }
}

/** As `lib/` makes it. */
async function makeTable(access: AwsAccess, name: string): Promise<void> {
  const { partitionKey, sortKey, indexes } = tableShape
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ]
  const attributes = new Set([partitionKey, sortKey, ...indexes.flatMap(keysOf)])
  const request: CreateTableCommandInput = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: keySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  }
  const client = new DynamoDBClient(access)
  await client.send(new CreateTableCommand(request))
  client.destroy()
}

function keysOf({ partitionKey, sortKey }: (typeof tableShape.indexes)[number]): string[] {
  return [partitionKey, sortKey]
}
