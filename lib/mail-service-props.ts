import type { RemovalPolicy } from 'aws-cdk-lib'
import type { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { SettingsLayer } from './settings-layers.ts'

export interface MailServiceProps {
  /** Names the parameters `/postern/<stage>/…`: one service per stage, account and Region. 1 to 32
   * letters, digits and hyphens. */
  readonly stage: string
  /**
   * The domains it may send from, their subdomains not included; each once, in any case.
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
   * What becomes of table, bucket, queues and key when the service is removed from its stack.
   *
   * @default - RETAIN where it may send, DESTROY where it cannot
   */
  readonly removalPolicy?: RemovalPolicy
}
