import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Conditions } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import {
  bucketShape,
  linkKeysAt,
  messageKeyAt,
  tableShape,
  webhookSecretsAt,
} from '../backends/aws/env.ts'
import { acknowledge } from './acknowledge.ts'
import { allow, type Grantee } from './permissions.ts'
import { removalOf, type RemovalProps } from './removal.ts'

export interface StorageProps extends RemovalProps {
  readonly keepDays: number
  readonly encryptionKey?: IKey
  readonly autoDeleteObjects?: boolean
}

/** What was accepted and what was captured: one table, one bucket. */
export class Storage extends Construct {
  readonly table: Table
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id)
    const { keepDays, encryptionKey } = props
    const removalPolicy = removalOf(props)
    this.table = makeTable(this, removalPolicy === RemovalPolicy.DESTROY, encryptionKey)
    this.bucket = new Bucket(this, 'Bucket', {
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy,
      autoDeleteObjects: props.autoDeleteObjects ?? false,
      lifecycleRules: [
        { prefix: bucketShape.captures.prefix, expiration: Duration.days(keepDays) },
        ...Object.values(bucketShape).flatMap((shape) =>
          'days' in shape ? [{ prefix: shape.prefix, expiration: Duration.days(shape.days) }] : [],
        ),
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    })
    acknowledge(this.bucket, {
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'Every access is by a function of this service, which logs it without addresses.',
    })
  }

  /** Permission: to read records and contents, but not what messages and links are proven with. */
  grantRead(grantee: Grantee) {
    const secret = [messageKeyAt.p, linkKeysAt.p, webhookSecretsAt]
    this.allowRecords(grantee, readingRecords, allBut(secret))
    this.allowObjects(grantee, ['s3:GetObject'])
  }

  /** Permission: to read and write records, not contents. */
  grantRecords(grantee: Grantee, { webhookSecrets }: SecretRecords) {
    const conditions = webhookSecrets ? undefined : allBut([webhookSecretsAt])
    this.allowRecords(grantee, [...readingRecords, ...writingRecords], conditions)
  }

  /** Permission: to read, write and delete records and contents. */
  grantWrite(grantee: Grantee, records: SecretRecords) {
    this.grantRecords(grantee, records)
    // A person is erased from everything; who reads all of the table reads its secrets too.
    if (records.webhookSecrets) this.allowRecords(grantee, ['dynamodb:Scan'])
    this.allowObjects(grantee, ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
  }

  private allowRecords(grantee: Grantee, actions: string[], conditions?: Conditions) {
    const { tableArn } = this.table
    const resources = [tableArn, `${tableArn}/index/*`]
    const statement = { actions, resources, ...(conditions && { conditions }) }
    allow(grantee, statement, 'It uses every index of its own table.')
  }

  private allowObjects(grantee: Grantee, objects: string[]) {
    const { bucket } = this
    allow(
      grantee,
      {
        actions: objects,
        resources: Object.values(bucketShape).map(({ prefix }) =>
          bucket.arnForObjects(`${prefix}*`),
        ),
      },
      'Every email has objects of its own below these prefixes.',
    )
    // Without it S3 says of what is not there that access is denied.
    allow(grantee, { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] })
  }
}

/** Which records that prove something a role may read. */
interface SecretRecords {
  /** What endpoints of webhooks verify with. */
  readonly webhookSecrets: boolean
}

/** All items of the table but those below these keys. */
function allBut(keys: readonly string[]): Conditions {
  return { 'ForAllValues:StringNotEquals': { 'dynamodb:LeadingKeys': keys } }
}

const readingRecords = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']

const writingRecords = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
]

function makeTable(scope: Construct, isDestroyed: boolean, encryptionKey?: IKey): Table {
  const { partitionKey, sortKey, timeToLive, indexes } = tableShape
  const text = (name: string) => ({ name, type: AttributeType.STRING })
  const table = new Table(scope, 'Table', {
    partitionKey: text(partitionKey),
    sortKey: text(sortKey),
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(encryptionKey
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }
      : { encryption: TableEncryption.DEFAULT }),
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
