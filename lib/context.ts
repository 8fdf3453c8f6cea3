import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { Node } from 'constructs'
import type * as z from 'zod'
import { shape } from './context-fields.ts'
import type { PosternStackProps } from './postern-stack.ts'

/**
 * Reads what `cdk deploy -c name=value` or `cdk.json` say of the service. Values of the command
 * line are text, those of `cdk.json` anything.
 *
 * @throws Error that names every wrong value and its rule
 */
export function readContext(node: Node): PosternStackProps {
  const given: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.keys(shape.shape).map((key) => [key, node.tryGetContext(key) as unknown]),
  )
  const parsed = context.safeParse(given)
  if (!parsed.success) throw new Error(faultsOf(parsed.error, given))
  const { name, stage, logRetentionDays, queueRetentionDays, removalPolicy, ...others } =
    parsed.data
  const { alarmTopic, encryptionKey, domain, hostedZone, vpc, ...props } = others
  return {
    ...props,
    stage: name === undefined ? stage : `${name}-${stage}`,
    named: { alarmTopic, encryptionKey, domain, hostedZone, vpc },
    logRetention: logRetentionDays,
    queueRetention:
      queueRetentionDays === undefined ? undefined : Duration.days(queueRetentionDays),
    removalPolicy: removalPolicy && policies[removalPolicy],
  }
}

const policies = {
  retain: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  destroy: RemovalPolicy.DESTROY,
} as const

const context = shape
  .refine(({ stage, senderDomains }) => stage === 'staging' || senderDomains !== undefined, {
    path: ['senderDomains'],
    message: 'is needed in production: the domains it may send from, such as example.com',
  })
  .refine(({ stage, senderDomains }) => stage === 'production' || senderDomains === undefined, {
    path: ['senderDomains'],
    message: 'is for production only: staging can send from nowhere',
  })

function faultsOf(error: z.ZodError, given: Readonly<Record<string, unknown>>): string {
  const faults = error.issues.map(({ path, message }) => {
    const name = String(path[0])
    const value = given[name] === undefined ? '' : ` (it is ${JSON.stringify(given[name])})`
    return `-c ${name} ${message}${value}`
  })
  return [...new Set(faults)].join('\n')
}
