import type { Scope } from '../../mail/email/project.ts'
import { intakeInSteps } from '../../mail/accept/intake.ts'
import type { Backend } from '../../mail/ports/backend.ts'
import type { Clock } from '../../mail/ports/clock.ts'
import type { Event } from '../../mail/ports/events.ts'
import type { SettingsStore } from '../../mail/ports/settings-store.ts'
import type { Web } from '../../mail/ports/web.ts'
import { telling } from '../../mail/notify/tell.ts'
import { openWeb } from '../web/index.ts'
import { dynamoAudit } from './audit.ts'
import { s3Bucket } from './bucket.ts'
import { awsCaptures } from './captures.ts'
import { contentSweep, type SweepContents } from './content-sweep.ts'
import { clients, type AwsAccess } from './clients.ts'
import { sqsDeadLetters } from './queue/dead-letters.ts'
import { dynamoEmails } from './emails.ts'
import type { Place } from './env.ts'
import { dynamoGroups } from './groups.ts'
import { dynamoIdempotency } from './idempotency.ts'
import { lendFiles, type Lend } from './lent-files.ts'
import { dynamoEvents } from './events.ts'
import { dynamoNotices, type QueuedNotices } from './notices.ts'
import { sqsInbox, type Inbox } from './queue/inbox.ts'
import { feedbackInbox, type FeedbackInbox } from './queue/feedback-inbox.ts'
import { jobPuts } from './queue/job-puts.ts'
import { messageKey } from './queue/message-key.ts'
import { provenMessages } from './queue/proven-messages.ts'
import { dynamoKeys } from './keys.ts'
import { dynamoLinkKeys } from './link-keys.ts'
import { queueDepth } from './queue/depth.ts'
import { laneSample } from './queue/lane-sample.ts'
import { sqsQueue } from './queue/queue.ts'
import { eventBridgeSchedules } from './queue/schedules.ts'
import { sqsSignals } from './queue/signals.ts'
import { summonsQueue, type SummonsQueue } from './queue/summons.ts'
import { dynamoReputation } from './reputation.ts'
import { dynamoSessions } from './sessions.ts'
import { copiedSettings } from './settings/copied-settings.ts'
import { ssmSettings } from './settings/settings-store.ts'
import { dynamoStanding } from './standing.ts'
import { cloudWatchStats } from './stats.ts'
import { projectsIn } from './table/project-lists.ts'
import { countInState } from './table/state-index.ts'
import { dynamoTable } from './table/table.ts'
import { retentionOf } from './retention.ts'
import { s3Strays } from './strays.ts'
import { dynamoSuppressions } from './suppressions.ts'
import { dynamoTemplates } from './templates.ts'
import { s3Uploads } from './uploads.ts'
import { dynamoWebhookSlots, type WebhookSlots } from './webhook-slots.ts'
import { dynamoWebhooks } from './webhooks.ts'

/** Everything that Postern keeps in an AWS account. */
export interface AwsBackend extends Backend {
  readonly inbox: Inbox
  readonly feedbackInbox: FeedbackInbox
  readonly notices: QueuedNotices
  readonly summons: SummonsQueue
  readonly webhookSlots: WebhookSlots
  readonly sweepContents: SweepContents
  readonly lend: Lend
  /** The settings for accepting, which must not wait for Parameter Store. */
  readonly copiedSettings: SettingsStore
  /** Lets the connections go. */
  close(): void
}

export interface AwsOptions extends AwsAccess {
  readonly clock: Clock
  readonly web?: Web
}

/** The ports of one place. Nothing is connected to, and little loaded, before it is used. */
export function awsBackend(
  place: Place,
  { clock, web = webOf(place), ...access }: AwsOptions,
): AwsBackend {
  const { dynamodb, sqs, ssm, s3, s3ForUrls, scheduler, cloudWatch, close } = clients(access)
  const { keepDays } = place
  const table = dynamoTable(dynamodb, place.tableName)
  const bucket = s3Bucket(s3, place.bucketName)
  const tell = async (some: readonly Event[]) =>
    void (await Promise.all(some.map((one) => events.record(one))))
  const keeps = retentionOf(table, place, clock)
  const emails = dynamoEmails(table, { clock, keeps, tell })
  const captures = awsCaptures({ table, bucket, clock, keeps, emails })
  const webhooks = dynamoWebhooks(table, { clock, tell })
  const summons = summonsQueue(sqs, place.notifyQueueUrl)
  const notices = dynamoNotices(table, summons, clock, keeps)
  const events = telling({ events: dynamoEvents(table, clock, keeps), webhooks, notices, emails })
  const { queueUrl } = place
  const messages = provenMessages(messageKey(table, clock), clock)
  const deadLetters = sqsDeadLetters({
    sqs,
    table,
    bucket,
    messages,
    clock,
    queueUrl: place.deadLetterQueueUrl,
    jobsUrl: queueUrl,
  })
  const schedules = eventBridgeSchedules(scheduler, place, messages)
  const putEach = jobPuts({ sqs, queueUrl, bucket, schedules, messages, clock })
  const standing = dynamoStanding(table, { clock, tell })
  const settings = keeps.learningFrom(ssmSettings({ ssm, table, place, clock }))
  const depth = queueDepth({
    sqs,
    cloudWatch,
    place,
    countIn: (state, scope) => countInState(table, state, scope),
    lettersIn: async (scope) => (await deadLetters.list({ scope, limit: 100 })).data.length,
    standing,
  })
  const lanes = (now: number, scope: Scope) => laneSample((query) => emails.list(query), now, scope)
  const around = { sqs, queueUrl, bucket, putEach, deadLetters, messages, clock }
  const queue = sqsQueue({ ...around, schedules, depth, lanes })
  return {
    intake: intakeInSteps({ blobs: bucket, emails, queue, events }),
    emails,
    events,
    // Seldom asked for, and 15 kB that every start would read.
    erasure: {
      async step(asked) {
        const { awsErasure } = await import('./erasure/erasure.ts')
        const parts = { table, bucket, clock, keepDays, emails, captures, webhooks }
        return awsErasure(parts).step(asked)
      },
    },
    idempotency: dynamoIdempotency(table),
    audit: dynamoAudit(table, clock, keeps),
    keys: dynamoKeys(table),
    sessions: dynamoSessions(table),
    groups: dynamoGroups(table),
    queue,
    inbox: sqsInbox(around),
    feedbackInbox: feedbackInbox(sqs, place),
    deadLetters,
    blobs: bucket,
    lend: lendFiles({ bucket, bucketName: place.bucketName, s3ForUrls, clock }),
    sweepContents: contentSweep({ table, bucket, clock, keepDays }),
    captures,
    settings,
    copiedSettings: copiedSettings(settings, table),
    reputation: dynamoReputation(table),
    signals: sqsSignals(sqs, place.feedbackQueueUrl),
    standing,
    stats: cloudWatchStats({
      cloudWatch,
      namespace: place.metricsNamespace,
      projects: () => projectsIn(table),
    }),
    strays: s3Strays(bucket),
    suppressions: dynamoSuppressions(table, { clock, tell }),
    linkKeys: dynamoLinkKeys(table, clock),
    templates: dynamoTemplates(table, clock),
    uploads: s3Uploads({ table, bucket, bucketName: place.bucketName, s3ForUrls, clock }),
    webhooks,
    notices,
    summons,
    webhookSlots: dynamoWebhookSlots(table, clock),
    web,
    async commit(writes) {
      for (const write of writes) await write()
    },
    clock,
    close,
  }
}

function webOf({ privateWebhooks }: Place): Web {
  return openWeb({ privatePosts: privateWebhooks === 'on' })
}
