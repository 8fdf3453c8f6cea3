import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'

/** How to reach AWS; the SDK finds out by itself what is left out. */
export interface AwsAccess {
  /** An emulator in place of AWS. */
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** One client per service, made on first use; those that few emails need are also loaded then. */
interface Clients {
  readonly dynamodb: () => DynamoDBClient
  readonly sqs: () => SQSClient
  readonly ssm: () => SSMClient
  readonly s3: () => Promise<S3Client>
  /** For URLs that others put bytes at. */
  readonly s3ForUrls: () => Promise<S3Client>
  readonly scheduler: () => Promise<SchedulerClient>
  readonly cloudWatch: () => Promise<CloudWatchClient>
  readonly close: () => void
}

/**
 * Everything but large bytes answers within milliseconds: what takes longer is tried again, on
 * another connection. Four tries stay below 15 s, so that a Lambda function has time left.
 */
const quick = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true }

/** 40 MB take a while. */
const patient = { ...quick, requestTimeout: 15_000 }

const tries = { maxAttempts: 4, retryMode: 'standard' }

export function clients(access: AwsAccess): Clients {
  const made: { destroy(): void }[] = []
  const config = { ...access, ...tries, requestHandler: quick }

  function once<Client extends { destroy(): void }>(make: () => Client): () => Client {
    let client: Client | undefined
    return () => {
      if (!client) made.push((client = make()))
      return client
    }
  }

  function onceLoaded<Client extends { destroy(): void }>(load: () => Promise<() => Client>) {
    let client: Promise<Client> | undefined
    return () => (client ??= load().then((make) => once(make)()))
  }

  async function s3(more: S3ClientConfig) {
    const { S3Client } = await import('@aws-sdk/client-s3')
    // An emulator has no host name for each bucket.
    const forcePathStyle = access.endpoint !== undefined
    return () => new S3Client({ ...config, forcePathStyle, ...more })
  }

  return {
    dynamodb: once(() => new DynamoDBClient(config)),
    sqs: once(() => new SQSClient(config)),
    ssm: once(() => new SSMClient(config)),
    s3: onceLoaded(() => s3({ requestHandler: patient })),
    // A URL that is signed before there are bytes must not name the checksum of none.
    s3ForUrls: onceLoaded(() => s3({ requestChecksumCalculation: 'WHEN_REQUIRED' })),
    scheduler: onceLoaded(async () => {
      const { SchedulerClient } = await import('@aws-sdk/client-scheduler')
      return () => new SchedulerClient(config)
    }),
    cloudWatch: onceLoaded(async () => {
      const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch')
      return () => new CloudWatchClient(config)
    }),
    close: () => made.forEach((client) => client.destroy()),
  }
}
