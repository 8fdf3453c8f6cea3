import { Stack } from 'aws-cdk-lib'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Alarms } from './alarms/alarms.ts'
import { grantManaging, grantNumbers, type ApiFunction } from './api-function.ts'
import type { Feedback } from './feedback.ts'
import type { Notices } from './notices.ts'
import type { Outbox } from './outbox.ts'
import { allow, keyActions } from './permissions.ts'
import type { Schedules } from './schedules.ts'
import type { SendFunction } from './send-function.ts'
import type { SettingsParameters } from './settings-parameters.ts'
import type { Storage } from './storage.ts'

/** What `postern --stack` works on. */
export interface OperatedParts {
  readonly storage: Storage
  readonly outbox: Outbox
  readonly feedback: Feedback
  readonly notices: Notices
  readonly settings: SettingsParameters
  readonly schedules: Schedules
  readonly api: ApiFunction
  readonly send: SendFunction
  readonly alarms?: Alarms
  readonly encryptionKey?: IKey
}

/** Permission: what the api function may, which `postern --stack` runs in its own process. */
export function grantOperating(role: IRole, parts: OperatedParts) {
  const { storage, outbox, feedback, notices, settings, schedules } = parts
  grantFinding(role, parts)
  storage.grantWrite(role, { webhookSecrets: true })
  outbox.grantPut(role)
  feedback.grantPut(role)
  notices.grantPut(role)
  settings.grantRead(role)
  schedules.grantManage(role)
  grantManaging(role, parts)
  grantKey(role, parts, keyActions)
}

/** Permission: to look at all of it. Dead letters are hidden for seconds while they are looked at. */
export function grantLooking(role: IRole, parts: OperatedParts) {
  const { storage, outbox, settings } = parts
  grantFinding(role, parts)
  storage.grantRead(role)
  outbox.grantLook(role)
  settings.grantRead(role)
  grantNumbers(role)
  grantKey(role, parts, ['kms:Decrypt', 'kms:DescribeKey'])
}

/** Permission: what `postern doctor` asks about the account. */
function grantExamining(role: IRole, { alarms }: OperatedParts) {
  const actions = [
    'lambda:GetAccountSettings',
    'ses:GetAccount',
    'ses:GetEmailIdentity',
    'ses:GetConfigurationSetEventDestinations',
  ]
  const reason = 'Two know no resources; the others only look, at what settings may name any time.'
  allow(role, { actions, resources: ['*'] }, reason)
  const topic = alarms?.topic?.topicArn
  if (topic) allow(role, { actions: ['sns:ListSubscriptionsByTopic'], resources: [topic] })
}

/** Permission: to get from the name of the stack to its parts. */
function grantFinding(role: IRole, parts: OperatedParts) {
  const { api } = parts
  const { stackId } = Stack.of(api)
  const describing = ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResources']
  allow(role, { actions: describing, resources: [stackId] })
  const resources = [api.function.functionArn]
  allow(role, { actions: ['lambda:GetFunctionConfiguration'], resources })
  grantExamining(role, parts)
}

function grantKey(role: IRole, { encryptionKey }: OperatedParts, actions: string[]) {
  if (encryptionKey) allow(role, { actions, resources: [encryptionKey.keyArn] })
}
