import { jsonIn } from '../../mail/email/json.ts'
import { isPlainObject } from '../../mail/settings/layers.ts'

/**
 * Where a Postern on AWS keeps everything. The deployment hands this to its functions as
 * environment variables: `lib/` writes them, the functions read them, both through this file.
 */
export interface Place {
  readonly stage: string
  readonly tableName: string
  readonly queueUrl: string
  readonly queueArn: string
  readonly deadLetterQueueUrl: string
  readonly deadLetterQueueArn: string
  /** Where providers' events come, and signals of our own. */
  readonly feedbackQueueUrl: string
  readonly feedbackDeadLetterQueueUrl: string
  /** Where messages name what endpoints of webhooks are to be told. */
  readonly notifyQueueUrl: string
  /** Whether webhooks may lead to private addresses, over http and to any port. */
  readonly privateWebhooks: 'on' | 'off'
  readonly bucketName: string
  /** Name of the SSM parameter with the saved settings: `/postern/<stage>/settings`. */
  readonly settingsParameter: string
  /** What the names of the secrets' parameters begin with: `/postern/<stage>/secrets`. */
  readonly secretsPath: string
  /** The KMS key that the secrets are encrypted with. */
  readonly secretsKeyId: string
  /** The group of EventBridge schedules, and the role that lets them put on both queues. */
  readonly scheduleGroup: string
  readonly scheduleRoleArn: string
  /** The function that sends: the only one that may read secrets, so it is asked to verify. */
  readonly sendFunctionName: string
  readonly metricsNamespace: string
  /** The deploy-time layers of the settings. */
  readonly defaults: SettingsLayer
  readonly locks: SettingsLayer
  /** Most environments of the send function at a time: each takes its share of a rate. */
  readonly senders: number
  /** Days that settled emails and captures are kept. */
  readonly keepDays: number
}

type SettingsLayer = Readonly<Record<string, unknown>>

/**
 * The table: one item per thing, found by `p` and `s`; DynamoDB removes it after `x` (seconds).
 * Both indexes hold keys only. `list` has every email and capture in the order of ids; `state`
 * has the emails in states that few are in.
 */
export const tableShape = {
  partitionKey: 'p',
  sortKey: 's',
  timeToLive: 'x',
  indexes: [
    { name: 'list', partitionKey: 'l', sortKey: 'i' },
    { name: 'state', partitionKey: 'w', sortKey: 'i' },
  ],
} as const

/** The item with the key that messages on the queue are proven with: the functions' alone. */
export const messageKeyAt = { p: 'message-key', s: 'key' } as const

/** The item with the keys that links to unsubscribe are signed with: the functions' alone too. */
export const linkKeysAt = { p: 'link-keys', s: 'keys' } as const

/** Below this lie the secrets of webhooks: only those functions read them that show or use them. */
export const webhookSecretsAt = 'webhook-secrets'

/** What the bucket holds, and after how many days a lifecycle rule may remove it. */
export const bucketShape = {
  /** Contents of emails. Removed when no longer needed; the rule is for what a crash left. */
  content: { prefix: 'content/' },
  captures: { prefix: 'captured/' },
  /** Requests of several emails too large for one queue message. */
  requests: { prefix: 'requests/', days: 15 },
  uploads: { prefix: 'uploads/', days: 2 },
  /** Copies of files that are too large for the answer of a function. */
  downloads: { prefix: 'downloads/', days: 1 },
  /** Returned email that is kept for a person. */
  strays: { prefix: 'strays/', days: 30 },
  /** Texts of templates: until their template is removed, or their version. */
  templates: { prefix: 'templates/' },
} as const

/** What a stage may be called: names of parameters and of other things are made with it. */
export const stageRule = {
  words: 'letters, digits and hyphens',
  pattern: /^[a-zA-Z0-9-]+$/,
} as const

/** The place as environment variables. Tokens of CDK pass through: nothing here looks into text. */
export function toVariables(place: Place): Record<string, string> {
  const keys = Object.keys(variables) as (keyof Place)[]
  return Object.fromEntries(
    keys.map((key): [string, string] => {
      const value = place[key]
      return [variables[key].name, typeof value === 'string' ? value : JSON.stringify(value)]
    }),
  )
}

/** @throws Error naming every variable that is missing or malformed, with its rule */
export function readPlace(environment: Readonly<Record<string, string | undefined>>): Place {
  const faults: string[] = []
  const entries = Object.entries(variables).map(
    ([key, { name, rule, read }]): [string, unknown] => {
      const text = environment[name]
      const value = text === undefined || text === '' ? undefined : read(text)
      if (value === undefined) faults.push(`${name} ${text ? `must be ${rule}` : 'is missing'}`)
      return [key, value]
    },
  )
  if (faults.length > 0) throw new Error(`wrong environment: ${faults.join('; ')}`)
  return Object.fromEntries(entries) as unknown as Place
}

interface Variable {
  readonly name: string
  /** What a value must be, for people. */
  readonly rule: string
  readonly read: (text: string) => unknown
}

const variables: Readonly<Record<keyof Place, Variable>> = {
  stage: text('POSTERN_STAGE', stageRule.words, stageRule.pattern),
  tableName: text('POSTERN_TABLE', 'the name of a table', /^[\w.-]{3,255}$/),
  queueUrl: text('POSTERN_QUEUE_URL', 'a URL', /^https?:\/\/\S+$/),
  queueArn: text('POSTERN_QUEUE_ARN', 'an ARN', /^arn:\S+$/),
  deadLetterQueueUrl: text('POSTERN_DEAD_LETTER_QUEUE_URL', 'a URL', /^https?:\/\/\S+$/),
  deadLetterQueueArn: text('POSTERN_DEAD_LETTER_QUEUE_ARN', 'an ARN', /^arn:\S+$/),
  feedbackQueueUrl: text('POSTERN_FEEDBACK_QUEUE_URL', 'a URL', /^https?:\/\/\S+$/),
  feedbackDeadLetterQueueUrl: text(
    'POSTERN_FEEDBACK_DEAD_LETTER_QUEUE_URL',
    'a URL',
    /^https?:\/\/\S+$/,
  ),
  notifyQueueUrl: text('POSTERN_NOTIFY_QUEUE_URL', 'a URL', /^https?:\/\/\S+$/),
  privateWebhooks: text('POSTERN_WEBHOOKS_PRIVATE', 'on or off', /^(on|off)$/),
  bucketName: text('POSTERN_BUCKET', 'the name of a bucket', /^[a-z0-9.-]{3,63}$/),
  settingsParameter: text('POSTERN_SETTINGS_PARAMETER', 'a path such as /a/b', /^(\/[\w.-]+)+$/),
  secretsPath: text('POSTERN_SECRETS_PATH', 'a path such as /a/b', /^(\/[\w.-]+)+$/),
  secretsKeyId: text('POSTERN_SECRETS_KEY', 'the id, ARN or alias of a key', /^\S+$/),
  scheduleGroup: text('POSTERN_SCHEDULE_GROUP', 'the name of a group', /^[\w.-]{1,64}$/),
  scheduleRoleArn: text('POSTERN_SCHEDULE_ROLE_ARN', 'an ARN', /^arn:\S+$/),
  sendFunctionName: text('POSTERN_SEND_FUNCTION', 'the name or ARN of a function', /^[\w:.-]+$/),
  metricsNamespace: text('POSTERN_METRICS_NAMESPACE', 'a CloudWatch namespace', /^[\w./#:-]+$/),
  defaults: layer('POSTERN_SETTINGS_DEFAULTS'),
  locks: layer('POSTERN_SETTINGS_LOCKS'),
  senders: count('POSTERN_SENDERS'),
  keepDays: count('POSTERN_KEEP_DAYS'),
}

function text(name: string, rule: string, pattern: RegExp): Variable {
  return { name, rule, read: (given) => (pattern.test(given) ? given : undefined) }
}

function count(name: string): Variable {
  const read = (given: string) => (/^[1-9]\d{0,5}$/.test(given) ? Number(given) : undefined)
  return { name, rule: 'a whole number from 1', read }
}

function layer(name: string): Variable {
  return { name, rule: 'a JSON object of settings', read: objectOf }
}

function objectOf(given: string): SettingsLayer | undefined {
  const value = jsonIn(given)
  return isPlainObject(value) ? value : undefined
}

/**
 * How long an invocation of the send function may take, and how long its messages are hidden from
 * others meanwhile, in seconds. The first bounds how long a slow server is waited for, the second
 * how late a crash is noticed: docs/decisions/0012-time.md weighs them.
 */
export const sendTimes = { invocationSeconds: 300, visibilitySeconds: 370 } as const

/** The same of the feedback function: some writes to the table for each event. */
export const feedbackTimes = { invocationSeconds: 30, visibilitySeconds: 180 } as const

/**
 * The same of the notify function: ten attempts of 15 s one after the other, where an endpoint is that
 * slow and yet answers.
 */
export const notifyTimes = { invocationSeconds: 180, visibilitySeconds: 240 } as const

/** The value of the dimension `service`. */
export const metricService = 'postern'

/** Where the templates lie in the bundle of the api function. */
export const templatesFolder = 'templates'

/** Messages that the send function is given at a time: it works on all of them at once. */
export const batchSize = 10
