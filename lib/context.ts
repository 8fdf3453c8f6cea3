import { RemovalPolicy } from 'aws-cdk-lib'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Node } from 'constructs'
import * as z from 'zod'
import type { MailServiceProps } from './mail-service-props.ts'
import { domainRule, isSenderDomain } from './sender-domains.ts'

/**
 * Reads what `cdk deploy -c name=value` or `cdk.json` say of the service. Values of the command
 * line are text, those of `cdk.json` anything.
 *
 * @throws Error that names every wrong value and its rule
 */
export function readContext(node: Node): MailServiceProps {
  const given: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.keys(shape.shape).map((key) => [key, node.tryGetContext(key) as unknown]),
  )
  const parsed = context.safeParse(given)
  if (!parsed.success) throw new Error(faultsOf(parsed.error, given))
  const { logRetentionDays, removalPolicy, ...props } = parsed.data
  return {
    ...props,
    logRetention: logRetentionDays,
    removalPolicy: removalPolicy && policies[removalPolicy],
  }
}

const policies = {
  retain: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  destroy: RemovalPolicy.DESTROY,
} as const

const domains = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value),
  z
    .array(z.string(), 'must be domains, separated by commas')
    .min(1, 'must name at least one domain')
    .refine((names) => names.every(isSenderDomain), domainRule),
)

const layer = z.preprocess(
  parseJson,
  z.record(z.string(), z.unknown(), 'must be settings as a JSON object'),
)

const days = (rule: string) => z.coerce.number(rule).int(rule).min(1, rule)

/** Those that CloudWatch knows; the largest number of CDK stands for ever. */
const retentionDays = Object.values(RetentionDays).flatMap((value) =>
  typeof value === 'number' && Number(value) < 9_999 ? [Number(value)] : [],
)

const shape = z.object({
  stage: z.enum(['staging', 'production'], 'must be staging or production').default('staging'),
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
  runbookUrl: z.url('must be a URL').optional(),
  removalPolicy: z.enum(['retain', 'destroy'], 'must be retain or destroy').optional(),
})

const context = shape
  .refine(({ stage, senderDomains }) => stage === 'staging' || senderDomains !== undefined, {
    path: ['senderDomains'],
    message: 'is needed in production: the domains it may send from, such as example.com',
  })
  .refine(({ stage, senderDomains }) => stage === 'production' || senderDomains === undefined, {
    path: ['senderDomains'],
    message: 'is for production only: staging can send from nowhere',
  })

function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function faultsOf(error: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  const faults = error.issues.map(({ path, message }) => {
    const name = String(path[0])
    const value = given[name] === undefined ? '' : ` (it is ${JSON.stringify(given[name])})`
    return `-c ${name} ${message}${value}`
  })
  return [...new Set(faults)].join('\n')
}
