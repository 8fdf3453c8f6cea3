import type { Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IHostedZone } from 'aws-cdk-lib/aws-route53'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { Thresholds } from './alarms/thresholds.ts'
import type { LogLevel } from './bundled-function.ts'
import type { DomainProps } from './custom-domain.ts'
import type { FeedbackProps } from './feedback.ts'
import type { Throttle } from './http-endpoint.ts'
import type { NetworkProps } from './network.ts'
import type { SesProps } from './ses-props.ts'
import type { SettingsLayer } from './settings-layers.ts'

export interface MailServiceProps
  extends SendingProps, DoorProps, WatchingProps, SizeProps, KeepingProps, NetworkProps {
  /**
   * Names the parameters `/postern/<stage>/…`: one service per stage, account and Region. 1 to 32
   * letters, digits and hyphens.
   */
  readonly stage: string
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
   * Whether webhooks may lead to private addresses, over http and to any port: then the function that
   * tells them runs in the `vpc`, where there is one.
   *
   * @default false
   */
  readonly privateWebhooks?: boolean
  /**
   * The path of a folder of templates (`docs/templates.md`), deployed with the API.
   *
   * @default - none
   */
  readonly templates?: string
  /** @default - none but those of the stack */
  readonly tags?: Record<string, string>
}

/** From where it may send. */
export interface SendingProps {
  /**
   * The domains it may send from, their subdomains not included; each once, in any case.
   *
   * @default - none: the engine is locked to `noop` and no role may send, whatever the settings say
   */
  readonly senderDomains?: readonly string[]
  readonly ses?: SesProps
  /**
   * What Amazon SES tells of each email that it took; `false`: nothing. Not where it sends from
   * another Region: a topic there is none of this stack.
   *
   * @default - deliveries, delays, bounces, complaints, rejects
   */
  readonly feedback?: FeedbackProps | false
  /**
   * Whether to make each sender domain an identity of Amazon SES, with Easy DKIM, a MAIL FROM domain
   * of its own (`bounce.<domain>`) and, where there is a hosted zone, the DNS records, DMARC
   * included. An identity that is there already makes the deployment fail.
   *
   * @default false
   */
  readonly createIdentities?: boolean
  /**
   * Projects, by name, for each of which a configuration set and a tenant of Amazon SES are made, as
   * the defaults of its `ses` settings; the project too, where the defaults do not name it. The
   * identities of its sender domains have to be there, or be made with `createIdentities`.
   *
   * @default - none
   */
  readonly createTenants?: readonly string[]
  /**
   * The zone that all sender domains are in, for the records of their identities.
   *
   * @default - publish the records that the output `DnsRecords` names yourself
   */
  readonly hostedZone?: IHostedZone
}

/** How applications reach it. */
export interface DoorProps {
  /** @default - the name that API Gateway gives it */
  readonly domain?: DomainProps
  /**
   * Whether the name that API Gateway gives it no longer answers.
   *
   * @default false
   */
  readonly disableExecuteApiEndpoint?: boolean
  /**
   * Of all callers together; beyond it they get 429.
   *
   * @default - 1,000 requests per second, 2,000 at once
   */
  readonly throttle?: Throttle
}

/** How people learn what is wrong. */
export interface WatchingProps {
  /**
   * Who is told when an alarm goes off, once the mail that AWS sends there is confirmed.
   *
   * @default - no one
   */
  readonly alarmEmail?: string
  /**
   * A topic that is told instead of one of its own. One of another app must let CloudWatch publish.
   *
   * @default - one of its own if there is an `alarmEmail`
   */
  readonly alarmTopic?: ITopic
  /**
   * `false`: no alarms. Otherwise above which value each goes off, in the unit of its metric, by
   * the names of the runbook's entries (`DeadLetters`); `false` leaves one out.
   *
   * @default - all, at the values of `docs/runbook.md`
   */
  readonly alarms?: Thresholds | false
  /**
   * It costs $3 a month.
   *
   * @default true
   */
  readonly dashboard?: boolean
  /**
   * Where a person finds `docs/runbook.md`, for the texts of the alarms.
   *
   * @default 'docs/runbook.md'
   */
  readonly runbookUrl?: string
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays
  /** @default 'INFO' */
  readonly logLevel?: LogLevel
}

/** How much at a time. */
export interface SizeProps {
  /**
   * Most environments of the send function at a time, 2 to 1000. Each handles ten emails at once,
   * which makes about 50 a second, and takes its share of a rate: as many as the rate has fifties
   * use it up, a few more where the remote is slow.
   *
   * @default 5
   */
  readonly senders?: number
  /**
   * In MB, 256 to 10,240. More memory is more CPU too.
   *
   * @default - 512 each, and 256 for `notify`
   */
  readonly memory?: ForFunctions
  /**
   * Executions that Lambda sets apart for a function, and its limit. That of `send` is at least
   * `senders`, and one more for verifying.
   *
   * @default - none: both take from what the account has
   */
  readonly reservedConcurrency?: ForFunctions
}

/** A number for each function. */
export interface ForFunctions {
  readonly api?: number
  readonly send?: number
  readonly feedback?: number
  readonly notify?: number
}

/** What is kept, how, and for how long. */
export interface KeepingProps {
  /**
   * Days that settled emails and captures are kept.
   *
   * @default 30
   */
  readonly keepDays?: number
  /**
   * How long the queue keeps what could not be dealt with, 4 to 13 days: longer than the three days
   * after which a person decides, shorter than the 14 days of the dead letters.
   *
   * @default Duration.days(10)
   */
  readonly queueRetention?: Duration
  /**
   * A key of yours for table, bucket and queues. Secrets have one of their own in any case.
   *
   * @default - the keys of DynamoDB, S3 and SQS
   */
  readonly encryptionKey?: IKey
  /**
   * What becomes of table, bucket, queues and key when the service is removed from its stack.
   *
   * @default - RETAIN_ON_UPDATE_OR_DELETE where it may send, DESTROY where it cannot
   */
  readonly removalPolicy?: RemovalPolicy
  /**
   * Whether the bucket is emptied when it is to be destroyed: CloudFormation removes none that holds
   * something. It takes a function of the CDK's own, which may delete from the bucket.
   *
   * @default false
   */
  readonly autoDeleteObjects?: boolean
}
