import type { Place } from '../backends/aws/env.ts'
import type { Feedback } from './feedback.ts'
import type { Notices } from './notices.ts'
import type { Outbox } from './outbox.ts'
import type { Schedules } from './schedules.ts'
import type { SettingsLayers } from './settings-layers.ts'
import type { SettingsParameters } from './settings-parameters.ts'
import type { Storage } from './storage.ts'

export interface PlaceParts {
  readonly stage: string
  readonly storage: Storage
  readonly outbox: Outbox
  readonly feedback: Feedback
  readonly notices: Notices
  readonly privateWebhooks: boolean
  readonly settings: SettingsParameters
  readonly schedules: Schedules
  readonly senders: number
  readonly keepDays: number
}

/** All that the functions must know of a deployment but the name of the one that sends. */
export type SharedPlace = Omit<Place, 'sendFunctionName'>

export function placeOf(parts: PlaceParts, { defaults, locks }: SettingsLayers): SharedPlace {
  const { stage, storage, outbox, feedback, notices, settings, schedules } = parts
  const { senders, keepDays, privateWebhooks } = parts
  return {
    stage,
    tableName: storage.table.tableName,
    bucketName: storage.bucket.bucketName,
    queueUrl: outbox.queue.queueUrl,
    queueArn: outbox.queue.queueArn,
    deadLetterQueueUrl: outbox.deadLetterQueue.queueUrl,
    deadLetterQueueArn: outbox.deadLetterQueue.queueArn,
    feedbackQueueUrl: feedback.queue.queueUrl,
    feedbackDeadLetterQueueUrl: feedback.deadLetterQueue.queueUrl,
    notifyQueueUrl: notices.queue.queueUrl,
    privateWebhooks: privateWebhooks ? 'on' : 'off',
    settingsParameter: settings.settingsParameter,
    secretsPath: settings.secretsPath,
    secretsKeyId: settings.key.keyArn,
    scheduleGroup: schedules.group.scheduleGroupName,
    scheduleRoleArn: schedules.role.roleArn,
    metricsNamespace: `Postern/${stage}`,
    defaults,
    locks,
    senders,
    keepDays,
  }
}
