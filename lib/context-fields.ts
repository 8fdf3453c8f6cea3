import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import * as z from 'zod'
import { json, parseJson } from './context-json.ts'
import { resourceFields } from './context-resources.ts'
import { domainRule, isSenderDomain } from './sender-domains.ts'

const domains = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
  z
    .array(z.string(), 'must be domains, separated by commas')
    .min(1, 'must name at least one domain')
    .refine((names) => names.every(isSenderDomain), domainRule),
)

const names = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
  z.array(z.string(), 'must be names of projects, separated by commas').min(1),
)

const layer = z.preprocess(
  parseJson,
  z.record(z.string(), z.unknown(), 'must be settings as a JSON object'),
)

const days = (rule: string) => z.coerce.number(rule).int(rule).min(1, rule)

const flag = z.preprocess(parseJson, z.boolean('must be true or false'))

const perFunction = json(
  z.strictObject({
    api: z.number().optional(),
    send: z.number().optional(),
    feedback: z.number().optional(),
    notify: z.number().optional(),
  }),
  'must be a JSON object such as {"send":1024}',
)

const thresholds = z.union([
  z.literal(false),
  z.record(z.string(), z.union([z.literal(false), z.number()])),
])

/** With a stage behind it, it is 32 letters at most. */
const nameRule = {
  pattern: /^[a-z][a-z0-9-]{0,19}$/,
  words: 'must be 1 to 20 lower-case letters, digits and hyphens, a letter first',
} as const

const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const

/** Those that CloudWatch knows; the largest number of CDK stands for ever. */
const retentionDays = Object.values(RetentionDays).flatMap((value) =>
  typeof value === 'number' && Number(value) < 9_999 ? [Number(value)] : [],
)

/** What `-c` and `cdk.json` may say, each with its rule. */
export const shape = z.object({
  stage: z.enum(['staging', 'production'], 'must be staging or production').default('staging'),
  name: z.string().regex(nameRule.pattern, nameRule.words).optional(),
  senderDomains: domains.optional(),
  defaults: layer.optional(),
  locks: layer.optional(),
  keepDays: days('must be a whole number of days').max(3_650).optional(),
  senders: z.coerce
    .number('must be a whole number from 2 to 1000')
    .int('must be a whole number from 2 to 1000')
    .min(2, 'must be a whole number from 2 to 1000')
    .max(1_000, 'must be a whole number from 2 to 1000')
    .optional(),
  logRetentionDays: z.coerce
    .number('must be a number of days')
    .refine((value) => retentionDays.includes(value), `must be one of ${retentionDays.join(', ')}`)
    .optional(),
  alarmEmail: z.email('must be an email address').optional(),
  alarms: json(thresholds, 'must be false or a JSON object such as {"DeadLetters":10}').optional(),
  dashboard: flag.optional(),
  logLevel: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).optional(),
  memory: perFunction.optional(),
  reservedConcurrency: perFunction.optional(),
  throttle: json(
    z.strictObject({ requestsPerSecond: z.number(), burst: z.number() }),
    'must be a JSON object such as {"requestsPerSecond":100,"burst":200}',
  ).optional(),
  queueRetentionDays: days('must be a whole number of days').optional(),
  createIdentities: flag.optional(),
  createTenants: names.optional(),
  ses: json(
    z.strictObject({
      configurationSet: z.string().optional(),
      region: z.string().optional(),
      identityArn: z.string().optional(),
      tenant: z.string().optional(),
    }),
    'must be a JSON object such as {"configurationSet":"ours"}',
  ).optional(),
  feedback: z
    .preprocess(
      parseJson,
      z.union(
        [
          z.literal(false),
          z.strictObject({
            deliveries: z.boolean().optional(),
            sends: z.boolean().optional(),
            opens: z.boolean().optional(),
            clicks: z.boolean().optional(),
          }),
        ],
        'must be false or a JSON object such as {"opens":true}',
      ),
    )
    .optional(),
  tags: json(
    z.record(z.string(), z.string()),
    'must be a JSON object such as {"team":"mail"}',
  ).optional(),
  templates: z
    .string('must be the path of a folder')
    .min(1, 'must be the path of a folder')
    .optional(),
  privateWebhooks: flag.optional(),
  runbookUrl: z.url('must be a URL').optional(),
  autoDeleteObjects: flag.optional(),
  removalPolicy: z.enum(['retain', 'destroy'], 'must be retain or destroy').optional(),
  ...resourceFields,
})
