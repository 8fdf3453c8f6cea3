import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { Duration, FileSystem, RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { templatesFolder, toVariables, type Place } from '../backends/aws/env.ts'
import { checkSize } from './environment-size.ts'
import type { Feedback } from './feedback.ts'
import type { Notices } from './notices.ts'
import type { Outbox } from './outbox.ts'
import { allowNetwork, networkOf, type NetworkProps } from './network.ts'
import { allow, keyActions } from './permissions.ts'
import type { SharedPlace } from './place.ts'
import type { Schedules } from './schedules.ts'
import type { SettingsParameters } from './settings-parameters.ts'
import type { Storage } from './storage.ts'

/** What the functions need of the service. */
export interface FunctionProps {
  readonly place: SharedPlace
  readonly storage: Storage
  readonly outbox: Outbox
  readonly feedback: Feedback
  readonly notices: Notices
  readonly settings: SettingsParameters
  readonly schedules: Schedules
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays
  readonly logLevel?: LogLevel
  readonly encryptionKey?: IKey
}

/** Of the functions' own lines. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

type Bundle = 'api' | 'send' | 'feedback' | 'notify'

export interface BundledFunctionProps extends FunctionProps {
  readonly bundle: Bundle
  readonly description: string
  readonly timeoutSeconds: number
  readonly sendFunctionName: string
  /** In MB. */
  readonly memory?: number
  readonly reservedConcurrency?: number
  readonly network?: NetworkProps
  /** The path of a folder of templates, packed with the bundle. */
  readonly templates?: string
}

/** Half a gigabyte of memory buys a third of a CPU and holds an email of 40 MB. */
export const usualMemory = 512

/** One of the prebuilt functions: a role and a log of its own, and what accepting and sending share. */
export function bundledFunction(scope: Construct, props: BundledFunctionProps): Function {
  const { bundle, description, timeoutSeconds, sendFunctionName, place } = props
  const logGroup = new LogGroup(scope, 'Log', {
    retention: props.logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  logGroup.grantWrite(role)
  const fn = new Function(scope, 'Function', {
    description,
    code: Code.fromAsset(directoryOf(props)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memory ?? usualMemory,
    reservedConcurrentExecutions: props.reservedConcurrency,
    timeout: Duration.seconds(timeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    // START, END and REPORT of each invocation cost more than our own lines, and the metrics have it.
    systemLogLevelV2: SystemLogLevel.WARN,
    environment: environmentOf({ ...place, sendFunctionName }, props.logLevel),
    ...networkOf(props.network),
  })
  if (bundle === 'api' || bundle === 'send') grantWork(fn, props)
  props.notices.grantPut(fn)
  if (props.encryptionKey)
    allow(fn, { actions: keyActions, resources: [props.encryptionKey.keyArn] })
  if (props.network?.vpc) allowNetwork(fn)
  return fn
}

/** @throws Error when it is too long for Lambda */
function environmentOf(place: Place, logLevel: LogLevel | undefined): Record<string, string> {
  const level = logLevel && { POWERTOOLS_LOG_LEVEL: logLevel }
  const variables = { ...toVariables(place), ...level }
  checkSize(variables)
  return variables
}

/** Reading and writing records and contents, putting jobs: what accepting and delivering share. */
function grantWork(fn: Function, props: BundledFunctionProps) {
  const { storage, outbox, settings, schedules, feedback } = props
  storage.grantWrite(fn, { webhookSecrets: props.bundle === 'api' })
  outbox.grantPut(fn)
  feedback.grantPut(fn)
  settings.grantRead(fn)
  schedules.grantManage(fn)
}

/** The bundle, with its templates in a copy: what is built stays as it is. */
function directoryOf({ bundle, templates }: BundledFunctionProps): string {
  const built = bundleDirectory(bundle)
  if (templates === undefined) return built
  const packed = FileSystem.mkdtemp('postern-api-')
  cpSync(built, packed, { recursive: true })
  cpSync(templates, join(packed, templatesFolder), { recursive: true })
  return packed
}

/** Built by `npm run build`, which installing a checkout runs; next to this file once compiled. */
function bundleDirectory(bundle: Bundle): string {
  const candidates = ['../functions', '../dist/functions'].map((path) =>
    join(import.meta.dirname, path, bundle),
  )
  const found = candidates.find((path) => existsSync(join(path, 'index.mjs')))
  if (found) return found
  throw new Error(`the ${bundle} function is not built: run npm run build`)
}
