import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { bucketShape, toVariables } from '../backends/aws/env.ts'
import { checkSize } from './environment-size.ts'
import type { Outbox } from './outbox.ts'
import { allow } from './permissions.ts'
import type { SharedPlace } from './place.ts'
import type { Schedules } from './schedules.ts'
import type { SettingsParameters } from './settings-parameters.ts'
import type { Storage } from './storage.ts'

/** What both functions need of the service. */
export interface FunctionProps {
  readonly place: SharedPlace
  readonly storage: Storage
  readonly outbox: Outbox
  readonly settings: SettingsParameters
  readonly schedules: Schedules
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays
}

export interface BundledFunctionProps extends FunctionProps {
  readonly bundle: 'api' | 'send'
  readonly description: string
  readonly timeoutSeconds: number
  readonly sendFunctionName: string
}

/**
 * One of the prebuilt functions: a role and a log of its own, and the permissions that both have.
 * Half a gigabyte of memory buys a third of a CPU and holds an email of 40 MB.
 */
export function bundledFunction(scope: Construct, props: BundledFunctionProps): Function {
  const { bundle, description, timeoutSeconds, sendFunctionName, place } = props
  const logGroup = new LogGroup(scope, 'Log', {
    retention: props.logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)
  const environment = toVariables({ ...place, sendFunctionName })
  checkSize(environment)
  const fn = new Function(scope, 'Function', {
    description,
    code: Code.fromAsset(bundleDirectory(bundle)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: 512,
    timeout: Duration.seconds(timeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    environment,
  })
  grantWork(fn, props)
  return fn
}

/** Reading and writing records and contents, putting jobs: what accepting and delivering share. */
function grantWork(fn: Function, { storage, outbox, settings, schedules }: FunctionProps) {
  const { table, bucket } = storage
  allow(
    fn,
    { actions: recordActions, resources: [table.tableArn, `${table.tableArn}/index/*`] },
    'It uses every index of its own table.',
  )
  const { content, captures, requests, uploads } = bucketShape
  allow(
    fn,
    {
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [content, captures, requests, uploads].map(({ prefix }) =>
        bucket.arnForObjects(`${prefix}*`),
      ),
    },
    'Every email has objects of its own below these prefixes.',
  )
  // Without it S3 says of what is not there that access is denied.
  allow(fn, { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] })
  allow(fn, {
    actions: ['sqs:SendMessage'],
    resources: [outbox.queue.queueArn, outbox.deadLetterQueue.queueArn],
  })
  settings.grantRead(fn)
  schedules.grantManage(fn)
}

const recordActions = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
]

/** Built by `npm run build`, which installing a checkout runs; next to this file once compiled. */
function bundleDirectory(bundle: 'api' | 'send'): string {
  const candidates = ['../functions', '../dist/functions'].map((path) =>
    join(import.meta.dirname, path, bundle),
  )
  const found = candidates.find((path) => existsSync(join(path, 'index.mjs')))
  if (found) return found
  throw new Error(`the ${bundle} function is not built: run npm run build`)
}
