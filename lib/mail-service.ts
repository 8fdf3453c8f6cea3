import { Tags } from 'aws-cdk-lib'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Alarms } from './alarms/alarms.ts'
import { ApiFunction } from './api-function.ts'
import { Dashboard } from './dashboard.ts'
import { Feedback } from './feedback.ts'
import { FeedbackFunction } from './feedback-function.ts'
import { HttpEndpoint } from './http-endpoint.ts'
import type { ForFunctions, MailServiceProps } from './mail-service-props.ts'
import { Notices } from './notices.ts'
import { NotifyFunction } from './notify-function.ts'
import { Outbox } from './outbox.ts'
import { grantLooking, grantOperating } from './operating.ts'
import { placeOf } from './place.ts'
import { ProjectTenants } from './project-tenants.ts'
import { checkProps } from './props-faults.ts'
import { Schedules } from './schedules.ts'
import { SendFunction } from './send-function.ts'
import { SesSending } from './ses-sending.ts'
import { SenderIdentities } from './sender-identities.ts'
import { asSenderDomains } from './sender-domains.ts'
import { settingsLayers } from './settings-layers.ts'
import { SettingsParameters } from './settings-parameters.ts'
import { takeStage } from './stage.ts'
import { Storage } from './storage.ts'
import type { WatchedParts } from './watched-parts.ts'

/**
 * Postern in an AWS account: an HTTP endpoint, a queue with dead letters, the function that sends,
 * the table and the bucket that keep what was accepted, alarms and a dashboard.
 *
 * Without `senderDomains` it cannot send: the engine is locked to capturing, and no role has a
 * permission of Amazon SES.
 */
export class MailService extends Construct {
  /** Where applications send their requests, without a slash at the end. */
  readonly url: string
  readonly storage: Storage
  readonly outbox: Outbox
  readonly feedback: Feedback
  readonly notices: Notices
  readonly settings: SettingsParameters
  readonly schedules: Schedules
  readonly api: ApiFunction
  readonly send: SendFunction
  readonly report: FeedbackFunction
  readonly notify: NotifyFunction
  readonly endpoint: HttpEndpoint
  /** Undefined where it cannot send. */
  readonly ses?: SesSending
  /** Undefined unless `createIdentities` is set. */
  readonly identities?: SenderIdentities
  /** Undefined unless `createTenants` is set. */
  readonly tenants?: ProjectTenants
  /** Undefined where `alarms` is false. */
  readonly alarms?: Alarms
  /** Undefined where `dashboard` is false. */
  readonly dashboard?: Dashboard
  /** Of table, bucket and queues, where it is one of yours. */
  readonly encryptionKey?: IKey

  /** @throws Error that names every wrong property, its value and the rule */
  constructor(scope: Construct, id: string, props: MailServiceProps) {
    super(scope, id)
    const { stage, keepDays = 30, senders = 5, privateWebhooks = false } = props
    takeStage(this, stage)
    checkProps(this, props)
    const senderDomains = asSenderDomains(props.senderDomains ?? [])
    const layers = settingsLayers({ ...props, senderDomains })
    const isSending = senderDomains.length > 0
    const kept = { ...props, isKept: isSending }

    this.encryptionKey = props.encryptionKey
    this.storage = new Storage(this, 'Storage', { ...kept, keepDays })
    this.outbox = new Outbox(this, 'Outbox', kept)
    this.feedback = new Feedback(this, 'Feedback', kept)
    this.notices = new Notices(this, 'Notices', kept)
    this.settings = new SettingsParameters(this, 'Settings', kept)
    this.schedules = new Schedules(this, 'Schedules', { ...kept, outbox: this.outbox })
    if (isSending) this.ses = new SesSending(this, 'Ses', { ...props, senderDomains })
    if (this.ses && props.createIdentities)
      this.identities = new SenderIdentities(this, 'Identities', {
        ...props,
        configurationSet: this.ses.configurationSet,
        senderDomains,
      })

    const { createTenants = [] } = props
    if (createTenants.length > 0)
      this.tenants = new ProjectTenants(this, 'Tenants', {
        createTenants,
        senderDomains,
        layers,
        identities: this.identities,
      })

    const configurationSet = props.ses?.region ? undefined : this.ses?.configurationSet
    if (configurationSet && props.feedback !== false) {
      const others = this.tenants?.configurationSets ?? []
      this.feedback.listen(configurationSet, props.feedback ?? {}, others)
    }

    const parts = { ...this, stage, senders, keepDays, privateWebhooks }
    const ofAll = this.ses?.adjust(layers) ?? layers
    const place = placeOf(parts, this.tenants?.adjust(ofAll) ?? ofAll)
    const { templates, ...others } = props
    const shared = { ...others, ...this, place }
    this.send = new SendFunction(this, 'Send', {
      ...shared,
      ...sizesOf('send', props),
      senders,
      network: props,
    })
    this.api = new ApiFunction(this, 'Api', {
      ...shared,
      ...sizesOf('api', props),
      templates,
      send: this.send,
    })
    this.report = new FeedbackFunction(this, 'Report', { ...shared, ...sizesOf('feedback', props) })
    this.notify = new NotifyFunction(this, 'Notify', {
      ...shared,
      ...sizesOf('notify', props),
      privateWebhooks,
      network: props,
    })
    this.endpoint = new HttpEndpoint(this, 'Endpoint', { ...props, api: this.api })
    this.url = this.endpoint.url
    const watched = { ...this, namespace: place.metricsNamespace }
    if (props.alarms !== false) this.alarms = makeAlarms(this, props, watched)
    if (props.dashboard !== false) this.dashboard = new Dashboard(this, 'Dashboard', watched)
    for (const [name, value] of Object.entries(props.tags ?? {})) Tags.of(this).add(name, value)
  }

  /**
   * Lets a function put emails on the queue (the body of `POST /emails`), and tells it where that
   * is: `POSTERN_QUEUE_URL`. Permission: `sqs:SendMessage` on the queue, nothing else.
   *
   * @param options the project that the function works in, told as `POSTERN_PROJECT`, for the field
   * `project` of what it puts there
   */
  grantSend(
    fn: IFunction & { addEnvironment(key: string, value: string): unknown },
    { project }: { readonly project?: string } = {},
  ): void {
    this.outbox.queue.grant(fn, 'sqs:SendMessage')
    this.encryptionKey?.grant(fn, 'kms:Decrypt', 'kms:GenerateDataKey')
    fn.addEnvironment('POSTERN_QUEUE_URL', this.outbox.queue.queueUrl)
    if (project !== undefined) fn.addEnvironment('POSTERN_PROJECT', project)
  }

  /** Lets a person or a program do everything with `postern --stack`, but read secrets. */
  grantOperate(role: IRole): void {
    grantOperating(role, this)
  }

  /** Lets a person or a program look with `postern --stack`, and change nothing. */
  grantRead(role: IRole): void {
    grantLooking(role, this)
  }
}

function sizesOf(name: keyof ForFunctions, { memory, reservedConcurrency }: MailServiceProps) {
  return { memory: memory?.[name], reservedConcurrency: reservedConcurrency?.[name] }
}

function makeAlarms(
  service: MailService,
  { alarms, runbookUrl = 'docs/runbook.md', ...told }: MailServiceProps,
  watched: WatchedParts,
): Alarms {
  const isSending = service.ses !== undefined
  const how = { runbookUrl, isSending, thresholds: alarms || undefined }
  return new Alarms(service, 'Alarms', { ...told, ...watched, ...how })
}
