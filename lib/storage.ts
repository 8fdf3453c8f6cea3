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
import { removalOf, type RemovalProps } from './removal.ts'

export interface StorageProps extends RemovalProps {
  readonly keepDays: number
}

/** What was accepted and what was captured: one table, one bucket. */
export class Storage extends Construct {
  readonly table: Table
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id)
    const { keepDays } = props
    const removalPolicy = removalOf(props)
    this.table = makeTable(this, removalPolicy === RemovalPolicy.DESTROY)
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

function makeTable(scope: Construct, isDestroyed: boolean): Table {
  const { partitionKey, sortKey, timeToLive, indexes } = tableShape
  const text = (name: string) => ({ name, type: AttributeType.STRING })
  const table = new Table(scope, 'Table', {
    partitionKey: text(partitionKey),
    sortKey: text(sortKey),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.DEFAULT,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: timeToLive,
    deletionProtection: !isDestroyed,
    // A protected table cannot be deleted, so a failed first deployment leaves it too: its name is
    // in the way of no other.
    removalPolicy: isDestroyed ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
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
