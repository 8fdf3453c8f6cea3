import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { Alarms } from './alarms/alarms.ts'
import { ApiFunction } from './api-function.ts'
import { Dashboard } from './dashboard.ts'
import { HttpEndpoint } from './http-endpoint.ts'
import type { MailServiceProps } from './mail-service-props.ts'
import { Outbox } from './outbox.ts'
import { placeOf } from './place.ts'
import { Schedules } from './schedules.ts'
import { SendFunction } from './send-function.ts'
import { SesSending } from './ses-sending.ts'
import { asSenderDomains } from './sender-domains.ts'
import { settingsLayers } from './settings-layers.ts'
import { SettingsParameters } from './settings-parameters.ts'
import { takeStage } from './stage.ts'
import { Storage } from './storage.ts'

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
    const { stage, keepDays = 30, senders = 5, logRetention } = props
    const { runbookUrl = 'docs/runbook.md' } = props
    takeStage(this, stage)
    const senderDomains = asSenderDomains(props.senderDomains ?? [])
    const layers = settingsLayers({ ...props, senderDomains })
    const isSending = senderDomains.length > 0
    const kept = { ...props, isKept: isSending }

    this.storage = new Storage(this, 'Storage', { ...kept, keepDays })
    this.outbox = new Outbox(this, 'Outbox', kept)
    this.settings = new SettingsParameters(this, 'Settings', kept)
    const schedules = new Schedules(this, 'Schedules', { ...kept, outbox: this.outbox })
    const ses = isSending ? new SesSending(this, 'Ses', { senderDomains }) : undefined

    const parts = { ...this, stage, schedules, senders, keepDays }
    const place = placeOf(parts, ses ? ses.adjust(layers) : layers)
    const shared = { ...this, place, schedules, logRetention }
    this.send = new SendFunction(this, 'Send', { ...shared, ses, senders })
    this.api = new ApiFunction(this, 'Api', { ...shared, send: this.send })
    const endpoint = new HttpEndpoint(this, 'Endpoint', { stage, api: this.api, logRetention })
    this.url = endpoint.url

    const watched = { ...this, endpoint, namespace: place.metricsNamespace }
    new Alarms(this, 'Alarms', { ...watched, ...props, runbookUrl, isSending })
    new Dashboard(this, 'Dashboard', watched)
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
