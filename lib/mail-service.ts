import { Stack, type RemovalPolicy } from 'aws-cdk-lib'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { Alarms } from './alarms/alarms.ts'
import { ApiFunction } from './api-function.ts'
import { Dashboard } from './dashboard.ts'
import { HttpEndpoint } from './http-endpoint.ts'
import { Outbox } from './outbox.ts'
import { placeOf } from './place.ts'
import { Schedules } from './schedules.ts'
import { SendFunction } from './send-function.ts'
import { SesSending } from './ses-sending.ts'
import { settingsLayers, type SettingsLayer } from './settings-layers.ts'
import { SettingsParameters } from './settings-parameters.ts'
import { Storage } from './storage.ts'

export interface MailServiceProps {
  /** Names the parameters `/postern/<stage>/…`: one service per stage, account and Region. */
  readonly stage: string
  /**
   * The domains it may send from, their subdomains not included.
   *
   * @default - none: the engine is locked to `noop` and no role may send, whatever the settings say
   */
  readonly senderDomains?: readonly string[]
  /**
   * Settings that hold until others are saved.
   *
   * @default - those of `docs/settings.md`
   */
  readonly defaults?: SettingsLayer
  /**
   * Settings that cannot be changed at run time.
   *
   * @default - none but those that `senderDomains` implies
   */
  readonly locks?: SettingsLayer
  /**
   * Days that settled emails and captures are kept.
   *
   * @default 30
   */
  readonly keepDays?: number
  /**
   * Most environments of the send function at a time, 2 to 1000. Each handles ten emails at once,
   * which makes about 50 a second, and takes its share of a rate: as many as the rate has fifties
   * use it up, a few more where the remote is slow.
   *
   * @default 5
   */
  readonly senders?: number
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays
  /**
   * Who is told when an alarm goes off.
   *
   * @default - no one
   */
  readonly alarmEmail?: string
  /**
   * Where a person finds `docs/runbook.md`, for the texts of the alarms.
   *
   * @default 'docs/runbook.md'
   */
  readonly runbookUrl?: string
  /**
   * What becomes of table, bucket and key when the service is removed from its stack.
   *
   * @default - RETAIN where it may send, DESTROY where it cannot
   */
  readonly removalPolicy?: RemovalPolicy
}

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
  readonly settings: SettingsParameters
  readonly api: ApiFunction
  readonly send: SendFunction

  /** @throws Error that names a wrong property, its value and the rule */
  constructor(scope: Construct, id: string, props: MailServiceProps) {
    super(scope, id)
    const { stage, senderDomains = [], keepDays = 30, senders = 5, logRetention } = props
    const { runbookUrl = 'docs/runbook.md' } = props
    const layers = settingsLayers(props)
    const isSending = senderDomains.length > 0

    this.storage = new Storage(this, 'Storage', { ...props, keepDays, isKept: isSending })
    this.outbox = new Outbox(this, 'Outbox')
    this.settings = new SettingsParameters(this, 'Settings', { ...props, isKept: isSending })
    const schedules = new Schedules(this, 'Schedules', { outbox: this.outbox })
    const ses = isSending ? new SesSending(this, 'Ses', { senderDomains }) : undefined

    const parts = { ...this, stage, schedules, senders, keepDays }
    const place = placeOf(parts, ses ? ses.adjust(layers) : layers)
    const shared = { ...this, place, schedules, logRetention }
    this.send = new SendFunction(this, 'Send', { ...shared, ses, senders })
    this.api = new ApiFunction(this, 'Api', { ...shared, send: this.send })
    const endpoint = new HttpEndpoint(this, 'Endpoint', { api: this.api, logRetention })
    this.url = endpoint.url

    const watched = { ...this, endpoint, namespace: place.metricsNamespace }
    new Alarms(this, 'Alarms', { ...watched, ...props, runbookUrl, isSending })
    new Dashboard(this, 'Dashboard', { ...watched, stage })
    Stack.of(this).templateOptions.description ??= `Postern (${stage}): outbound email`
  }

  /**
   * Lets a function put emails on the queue (the body of `POST /emails`), and tells it where that
   * is: `POSTERN_QUEUE_URL`. Permission: `sqs:SendMessage` on the queue, nothing else.
   */
  grantSend(fn: IFunction & { addEnvironment(key: string, value: string): unknown }): void {
    this.outbox.queue.grant(fn, 'sqs:SendMessage')
    fn.addEnvironment('POSTERN_QUEUE_URL', this.outbox.queue.queueUrl)
  }
}
