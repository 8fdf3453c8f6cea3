import type { TypedResource } from './synthesized.ts'

/**
 * Properties whose change makes CloudFormation replace a resource ("Update requires: Replacement"
 * in its reference), of the types that hold something or that others know by name.
 */
const replacing: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::Stage': ['ApiId', 'StageName'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName', 'ObjectLockEnabled'],
  'AWS::SES::ConfigurationSet': ['Name'],
  'AWS::SNS::Subscription': ['Endpoint', 'Protocol', 'TopicArn'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
}

/** What of a template must stay for an upgrade to replace nothing, by logical id. */
export type Kept = Readonly<Record<string, KeptResource>>

interface KeptResource {
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
  /** Of a table: CloudFormation adds or removes one in an update, not two. */
  readonly indexes?: readonly string[]
}

export function keptOf(resources: Readonly<Record<string, TypedResource>>): Kept {
  const known = Object.entries(resources).filter(([, { Type }]) => Type in replacing)
  return Object.fromEntries(known.map(([id, resource]) => [id, keptResource(resource)]))
}

function keptResource({ Type, Properties = {} }: TypedResource): KeptResource {
  const properties = Object.fromEntries(
    replacing[Type]!.filter((name) => name in Properties).map((name) => [name, Properties[name]]),
  )
  const indexes = Properties['GlobalSecondaryIndexes'] as { IndexName: string }[] | undefined
  const names = indexes?.map(({ IndexName }) => IndexName)
  return { type: Type, properties, ...(names && { indexes: names }) }
}
