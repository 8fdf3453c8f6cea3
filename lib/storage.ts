import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { bucketShape, tableShape } from '../backends/aws/env.ts'

export interface StorageProps {
  readonly keepDays: number
  /** Whether what it holds outlives the service unless `removalPolicy` says otherwise. */
  readonly isKept: boolean
  readonly removalPolicy?: RemovalPolicy
}

/** What was accepted and what was captured: one table, one bucket. */
export class Storage extends Construct {
  readonly table: Table
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id)
    const { isKept, keepDays } = props
    const removalPolicy =
      props.removalPolicy ?? (isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
    const isDestroyed = removalPolicy === RemovalPolicy.DESTROY
    this.table = makeTable(this, removalPolicy, !isDestroyed)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy,
      // Without it CloudFormation could not remove a bucket that holds something.
      autoDeleteObjects: false,
      lifecycleRules: [
        { prefix: bucketShape.captures.prefix, expiration: Duration.days(keepDays) },
        ...[bucketShape.requests, bucketShape.uploads].map(({ prefix, days }) => ({
          prefix,
          expiration: Duration.days(days),
        })),
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'Every access is by a function of this service, which logs it without addresses.',
    })
  }
}

function makeTable(scope: Construct, removalPolicy: RemovalPolicy, isProtected: boolean): Table {
  const { partitionKey, sortKey, timeToLive, indexes } = tableShape
  const text = (name: string) => ({ name, type: AttributeType.STRING })
  const table = new Table(scope, 'Table', {
    partitionKey: text(partitionKey),
    sortKey: text(sortKey),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: timeToLive,
    deletionProtection: isProtected,
    removalPolicy,
  })
  for (const index of indexes)
    table.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: text(index.partitionKey),
      sortKey: text(index.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    })
  return table
}
